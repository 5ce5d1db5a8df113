/** `orch` in ASCII: tells our files from those of other programs, and from an empty one. */
export const APPLICATION_ID = 0x6f726368

/**
 * Step n takes a store from version n to n + 1; version 0 is an empty file. Steps are never edited once released: a
 * store of any age must load. `events.v` is the journal format of an event (core/run/journal/format.ts).
 */
export const SCHEMA: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE events (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL);
  CREATE TABLE snapshots (seq INTEGER PRIMARY KEY, body TEXT NOT NULL);
  CREATE TABLE agent_executions (
    attempt TEXT PRIMARY KEY, task TEXT NOT NULL, agent TEXT, agent_type TEXT NOT NULL, machine TEXT NOT NULL,
    status TEXT NOT NULL, proof TEXT, result TEXT, started_at INTEGER NOT NULL, completed_at INTEGER);
  CREATE INDEX agent_executions_task ON agent_executions (task);
  CREATE INDEX agent_executions_agent ON agent_executions (agent);
  CREATE TABLE receipts (
    operation TEXT PRIMARY KEY, agent TEXT NOT NULL, digest TEXT NOT NULL, state TEXT NOT NULL, reason TEXT,
    at INTEGER NOT NULL);
  `,
  // Facts by their names instead of prefixes of `meta`; a receipt's phase instead of a word of its reason. A value that
  // has not the old form comes along as a text: reading it says what is wrong with it.
  `
  CREATE TABLE facts (name TEXT NOT NULL, id TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (name, id)) WITHOUT ROWID;
  INSERT INTO facts SELECT 'message', substr(key, 9), json_quote(value) FROM meta WHERE key GLOB 'message:*';
  INSERT INTO facts SELECT 'last-prompt', substr(key, 13), json_quote(value) FROM meta WHERE key GLOB 'last-prompt:*';
  INSERT INTO facts
    SELECT 'conversation', id, json_object('chosen', max(chosen), 'known', max(known)) FROM (
      SELECT substr(key, 9) AS id, nullif(value, '') AS known, NULL AS chosen FROM meta WHERE key GLOB 'session:*'
      UNION ALL
      SELECT substr(key, 16), NULL, nullif(value, '') FROM meta WHERE key GLOB 'session-chosen:*')
    GROUP BY id;
  INSERT INTO facts
    SELECT 'resumed', substr(key, 16), CASE WHEN value GLOB '[0-9]* *'
      THEN json_object('generation', CAST(substr(value, 1, instr(value, ' ') - 1) AS INTEGER),
        'session', nullif(substr(value, instr(value, ' ') + 1), ''))
      ELSE json_quote(value) END FROM meta WHERE key GLOB 'session-resume:*';
  INSERT INTO facts SELECT 'notified', '', value FROM meta WHERE key = 'notified';
  INSERT INTO facts SELECT 'agent-types', '', value FROM meta WHERE key = 'agent_types';
  DELETE FROM meta WHERE key IN ('notified', 'agent_types') OR key GLOB 'message:*' OR key GLOB 'last-prompt:*'
    OR key GLOB 'session:*' OR key GLOB 'session-chosen:*' OR key GLOB 'session-resume:*';

  ALTER TABLE receipts RENAME TO old_receipts;
  CREATE TABLE receipts (
    operation TEXT PRIMARY KEY, agent TEXT NOT NULL, digest TEXT NOT NULL, phase TEXT NOT NULL, generation INTEGER,
    outcome TEXT, reason TEXT, at INTEGER NOT NULL);
  INSERT INTO receipts (operation, agent, digest, phase, generation, outcome, reason, at)
    SELECT operation, agent, digest,
      CASE WHEN state <> 'queued' THEN 'settled' WHEN reason = 'sending' OR reason GLOB 'sending *' THEN 'sending'
        ELSE 'waiting' END,
      CASE WHEN state = 'queued' AND reason GLOB 'sending [0-9]*' THEN CAST(substr(reason, 9) AS INTEGER) END,
      CASE WHEN state <> 'queued' THEN state END,
      CASE WHEN state <> 'queued' THEN reason END,
      at
    FROM old_receipts ORDER BY rowid;
  DROP TABLE old_receipts;
  CREATE INDEX receipts_open ON receipts (at) WHERE phase <> 'settled';
  `,
  // Every build before this step was called 0.1.0.
  `
  ALTER TABLE events ADD COLUMN v INTEGER NOT NULL DEFAULT 1;
  CREATE TABLE writers (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, version TEXT NOT NULL, format INTEGER NOT NULL);
  INSERT INTO writers SELECT seq, at, '0.1.0', 1 FROM events ORDER BY seq LIMIT 1;
  `,
  `
  DROP TABLE snapshots;
  CREATE TABLE snapshots (
    seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, format INTEGER NOT NULL, version TEXT NOT NULL, digest TEXT NOT NULL,
    body TEXT NOT NULL);
  `,
]

/** The schema from which on events have a format, and their writers are noted. */
export const WRITERS_SCHEMA = 3
