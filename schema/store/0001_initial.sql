-- What outlives a process: memory for the next pass, and the journal of runs.
-- Points in time are microseconds since 1970 in UTC, but in the journal, which keeps RFC 3339 text.

CREATE TABLE last_known (
  one             INTEGER PRIMARY KEY CHECK (one = 1),
  provider_target TEXT    NOT NULL,
  provider_min    TEXT    NOT NULL,
  consumer_target TEXT    NOT NULL,
  consumer_min    TEXT    NOT NULL,
  height          INTEGER NOT NULL,
  seen_at         INTEGER NOT NULL
) STRICT;

CREATE TABLE targets (
  version    TEXT    PRIMARY KEY,
  first_seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE quarantine (
  release TEXT    PRIMARY KEY,
  reason  TEXT    NOT NULL,
  at      INTEGER NOT NULL,
  sha256  TEXT    NOT NULL,
  tries   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE upgrades (
  service      TEXT    PRIMARY KEY,
  from_release TEXT    NOT NULL,
  to_release   TEXT    NOT NULL,
  at           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE binaries (
  release     TEXT    PRIMARY KEY,
  sha256      TEXT    NOT NULL,
  device      INTEGER NOT NULL,  -- these five: stat(2) of the file that was hashed
  inode       INTEGER NOT NULL,
  size        INTEGER NOT NULL,
  modified    INTEGER NOT NULL,
  changed     INTEGER NOT NULL,
  source      TEXT    NOT NULL,
  reported    TEXT    NOT NULL,
  verified_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  started       TEXT NOT NULL,
  finished      TEXT NOT NULL DEFAULT '',  -- '' = still running, or interrupted
  "trigger"     TEXT NOT NULL,
  config_sha256 TEXT NOT NULL,
  config_commit TEXT NOT NULL,
  result        TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE actions (
  run    INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  kind   TEXT    NOT NULL,
  target TEXT    NOT NULL,
  reason TEXT    NOT NULL,
  status TEXT    NOT NULL,                 -- 'started' = still running, or interrupted
  error  TEXT    NOT NULL,
  ms     INTEGER NOT NULL,
  PRIMARY KEY (run, number)
) STRICT, WITHOUT ROWID;

-- Runs that found nothing to do are many and are thrown away sooner.
CREATE INDEX runs_converged ON runs (id) WHERE result = 'converged';
