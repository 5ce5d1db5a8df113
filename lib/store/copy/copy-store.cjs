/**
 * Copies a store's file and checks the copy: `node copy-store.cjs FROM TO`. A program of its own, for two reasons: the
 * daemon's event loop goes on, and the daemon would lose its lock on FROM if it opened and closed that file itself.
 * FROM must not change meanwhile (see lib/store/sqlite-backups.ts). Says what went wrong on stderr, status 1.
 */
'use strict'
const fs = require('node:fs')
const os = require('node:os')

const CHUNK = 1024 * 1024
/** What is on its way to the disk at once: the journal's own writes must not wait long behind it. */
const CHUNKS_A_SYNC = 4

function copy(from, to) {
  const source = fs.openSync(from, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW)
  const target = fs.openSync(to, 'wx', 0o600)
  const chunk = Buffer.allocUnsafe(CHUNK)
  for (let n = 1; ; n += 1) {
    const length = fs.readSync(source, chunk, 0, CHUNK, null)
    if (length === 0) break
    for (let done = 0; done < length;) done += fs.writeSync(target, chunk, done, length - done)
    if (n % CHUNKS_A_SYNC === 0) fs.fdatasyncSync(target)
  }
  // All of the journal was in FROM: the copy needs no journal beside it, and its header says so.
  fs.writeSync(target, Buffer.from([1, 1]), 0, 2, 18)
  fs.fsyncSync(target)
}

function check(file) {
  const sqlite = process.getBuiltinModule?.('node:sqlite')
  const Database = sqlite?.DatabaseSync ?? require('libsql')
  const complaint = new Database(file).prepare('PRAGMA quick_check(1)').all()[0].quick_check
  if (complaint !== 'ok') throw new Error(`the copy is damaged: ${String(complaint).slice(0, 300)}`)
}

const [, , from, to] = process.argv
try {
  os.setPriority(10)
} catch {
  // It is only slower for others.
}
try {
  process.emitWarning = () => {}
  copy(from, to)
  check(to)
  process.exit(0)
} catch (error) {
  fs.writeSync(2, `${error.code ?? ''} ${error.message}\n`)
  process.exit(1)
}
