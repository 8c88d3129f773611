-- SPDX-License-Identifier: GPL-3.0-or-later
-- Most points of a series are in chunks: compressed blobs with a summary each, before the rows of `points`, which hold the newest.
-- Chunks of a series do not overlap. The format is in core/storage/FORMAT.md.
CREATE TABLE chunks (
  series_id    INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
  first_step   INTEGER NOT NULL,
  last_step    INTEGER NOT NULL,
  last_ms      INTEGER NOT NULL,
  last         REAL,
  count        INTEGER NOT NULL,
  nan_count    INTEGER NOT NULL,
  finite_count INTEGER NOT NULL,
  sum          REAL    NOT NULL,
  min_step     INTEGER NOT NULL,
  min_ms       INTEGER NOT NULL,
  min          REAL,
  max_step     INTEGER NOT NULL,
  max_ms       INTEGER NOT NULL,
  max          REAL,
  data_id      INTEGER NOT NULL,
  PRIMARY KEY (series_id, first_step)
) WITHOUT ROWID;
CREATE TABLE chunk_data (
  id   INTEGER PRIMARY KEY,
  data BLOB NOT NULL
);
CREATE TRIGGER chunk_gone AFTER DELETE ON chunks BEGIN DELETE FROM chunk_data WHERE id = OLD.data_id; END;
-- Series with many rows from before there were chunks; each is sealed once.
CREATE TABLE unsealed (
  series_id INTEGER PRIMARY KEY REFERENCES series (id) ON DELETE CASCADE
);
INSERT INTO unsealed SELECT series_id FROM points GROUP BY series_id HAVING count(*) >= 256;
