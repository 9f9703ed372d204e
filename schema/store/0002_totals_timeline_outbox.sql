-- What was counted in all time, who ran what from when on, and events that are still to be told.

ALTER TABLE runs ADD COLUMN config_dirty INTEGER;  -- 1 = the tree differed from config_commit; NULL = not known

-- The journal's old rows go, these stay. A row is counted once, when it ends.
CREATE TABLE action_totals (
  kind   TEXT    NOT NULL,
  status TEXT    NOT NULL,
  count  INTEGER NOT NULL,
  PRIMARY KEY (kind, status)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_totals (
  result TEXT    PRIMARY KEY,
  count  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO action_totals
  SELECT kind, status, count(*) FROM actions WHERE status <> 'started' GROUP BY kind, status;
INSERT INTO run_totals
  SELECT result, count(*) FROM runs WHERE result <> '' GROUP BY result;

CREATE TRIGGER action_ended_at_once AFTER INSERT ON actions WHEN new.status <> 'started'
BEGIN
  INSERT INTO action_totals VALUES (new.kind, new.status, 1)
    ON CONFLICT (kind, status) DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER action_ended AFTER UPDATE OF status ON actions
  WHEN old.status = 'started' AND new.status <> 'started'
BEGIN
  INSERT INTO action_totals VALUES (new.kind, new.status, 1)
    ON CONFLICT (kind, status) DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER run_ended AFTER UPDATE OF result ON runs
  WHEN old.result = '' AND new.result <> ''
BEGIN
  INSERT INTO run_totals VALUES (new.result, 1)
    ON CONFLICT (result) DO UPDATE SET count = count + 1;
END;

-- A row for each change of what a service runs, in the order in which it was seen.
CREATE TABLE timeline (
  id      INTEGER PRIMARY KEY,
  service TEXT    NOT NULL,
  release TEXT    NOT NULL,                -- '' = it was down
  since   INTEGER NOT NULL
) STRICT;

CREATE INDEX timeline_of_service ON timeline (service, id);

-- Events until they are delivered, or given up.
CREATE TABLE outbox (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  kind         TEXT    NOT NULL,
  at           INTEGER NOT NULL,
  service      TEXT    NOT NULL,
  from_release TEXT    NOT NULL,
  to_release   TEXT    NOT NULL,
  detail       TEXT    NOT NULL,
  tries        INTEGER NOT NULL DEFAULT 0,  -- that failed
  retry_at     INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The failure that was told last and is not over.
CREATE TABLE standing_failure (
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  text TEXT    NOT NULL
) STRICT;
