-- SPDX-License-Identifier: GPL-3.0-or-later
-- Jobs, their series and all points. Times are ms since 1970 UTC, 0 = not yet. A NaN value is stored as NULL, for SQLite
-- has no NaN; infinities are kept.
CREATE TABLE jobs (
  id                INTEGER PRIMARY KEY AUTOINCREMENT,
  name              TEXT    NOT NULL,
  model             TEXT    NOT NULL,
  dataset           TEXT    NOT NULL,
  source            TEXT    NOT NULL,
  epochs            INTEGER NOT NULL,
  learning_rate     REAL    NOT NULL,
  batch_size        INTEGER NOT NULL,
  seed              INTEGER NOT NULL,
  steps_per_epoch   INTEGER NOT NULL,
  parameters        TEXT    NOT NULL,
  command_line      TEXT    NOT NULL,
  working_directory TEXT    NOT NULL,
  environment       TEXT    NOT NULL,
  pattern           TEXT    NOT NULL,
  status            TEXT    NOT NULL,
  end_kind          TEXT    NOT NULL,
  end_code          INTEGER NOT NULL,
  reason            TEXT    NOT NULL,
  created_ms        INTEGER NOT NULL,
  started_ms        INTEGER NOT NULL,
  ended_ms          INTEGER NOT NULL,
  deleted_ms        INTEGER NOT NULL,
  step              INTEGER NOT NULL,
  total_steps       INTEGER NOT NULL,
  epoch             REAL    NOT NULL
);
CREATE TABLE series (
  id        INTEGER PRIMARY KEY,
  job_id    INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  tag       TEXT    NOT NULL,
  count     INTEGER NOT NULL,
  nan_count INTEGER NOT NULL,
  last_step INTEGER NOT NULL,
  last_ms   INTEGER NOT NULL,
  last      REAL,
  min_step  INTEGER NOT NULL,
  min_ms    INTEGER NOT NULL,
  min       REAL,
  max_step  INTEGER NOT NULL,
  max_ms    INTEGER NOT NULL,
  max       REAL,
  UNIQUE (job_id, tag)
);
CREATE TABLE points (
  series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
  step      INTEGER NOT NULL,
  wall_ms   INTEGER NOT NULL,
  value     REAL,
  PRIMARY KEY (series_id, step)
) WITHOUT ROWID;
