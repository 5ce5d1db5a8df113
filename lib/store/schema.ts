/** `orch` in ASCII: tells our files from those of other programs, and from an empty one. */
export const APPLICATION_ID = 0x6f726368

/**
 * Step n takes a store from version n to n + 1; version 0 is an empty file. Steps are never edited once released: a
 * store of any age must load.
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
]
