-- SPDX-License-Identifier: GPL-3.0-or-later
-- When the queue starts a job and what follows its failure, and where the reader of a running job's files goes on, written in
-- the transaction of the points that it has read.
ALTER TABLE jobs ADD COLUMN priority       INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN after_job      INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN retries        INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN retry_delay_s  INTEGER NOT NULL DEFAULT 10;
ALTER TABLE jobs ADD COLUMN on_trouble     TEXT    NOT NULL DEFAULT 'tell';
ALTER TABLE jobs ADD COLUMN gpus           INTEGER NOT NULL DEFAULT 1;
ALTER TABLE jobs ADD COLUMN queue_position REAL    NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN retry_of       INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN attempt        INTEGER NOT NULL DEFAULT 1;
ALTER TABLE jobs ADD COLUMN not_before_ms  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN devices        TEXT    NOT NULL DEFAULT '';
UPDATE jobs SET queue_position = id;
CREATE TABLE readers (
  job_id INTEGER PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
  resume TEXT NOT NULL
);
