/**
 * Writes a snapshot and dies at the N-th call of the database, before its effect or after it: DIR N before|after. With
 * N = 0 it writes snapshots until it is killed. Ends with 0 when there are fewer calls.
 */
import process from 'node:process'
import Database from 'libsql'
import { note, open } from './fixtures.js'

const [dir = '', n = '0', how = 'before'] = process.argv.slice(2)
let calls = 0
let counting = false

function counted<T>(work: () => T): T {
  if (counting) calls += 1
  const isTurn = counting && calls === Number(n)
  if (isTurn && how === 'before') process.kill(process.pid, 'SIGKILL')
  const result = work()
  if (isTurn) process.kill(process.pid, 'SIGKILL')
  return result
}

// What it was before: the prototype's own functions, called on the object at hand.
interface Statement {
  run(...values: unknown[]): unknown
  all(...values: unknown[]): unknown
}
const real = Database.prototype as unknown as {
  exec: (this: unknown, sql: string) => unknown
  prepare: (this: unknown, sql: string) => Statement
}
const { exec, prepare } = real
real.exec = function (sql) {
  return counted(() => exec.call(this, sql))
}
real.prepare = function (sql) {
  const statement = prepare.call(this, sql)
  return {
    run: (...values) => counted(() => statement.run(...values)),
    all: (...values) => counted(() => statement.all(...values)),
  }
}

const store = await open(dir, { drivers: ['libsql'] })
store.append([note('more')])
counting = true
if (n === '0') {
  process.stdout.write('begins\n')
  for (let seq = store.lastSeq; ; seq = store.append([note('more')])) store.saveSnapshot(seq, stateOf(seq))
}
store.saveSnapshot(store.lastSeq, stateOf(store.lastSeq))
process.exit(0)

/** Many pages long, so that it can be written in part. */
function stateOf(seq: number): string {
  return JSON.stringify({ seq, filling: 'x'.repeat(400_000) })
}
