-- SPDX-License-Identifier: GPL-3.0-or-later
-- What did not come along of an imported run's files: JSON, see core/jobs/unread.h; '' where all did.
ALTER TABLE jobs ADD COLUMN unread TEXT NOT NULL DEFAULT '';
