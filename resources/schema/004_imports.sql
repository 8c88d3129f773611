-- SPDX-License-Identifier: GPL-3.0-or-later
-- Jobs whose runs other programs wrote: which run on the disk each is, and when its files had changed last as they were read.
ALTER TABLE jobs ADD COLUMN import_format TEXT    NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN import_path   TEXT    NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN import_run    TEXT    NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN files_ms      INTEGER NOT NULL DEFAULT 0;
