/**
 * tmux up to 3.6 dies, with every session in it, when something is notified to all control clients while one of them is
 * still saying who it is. Sessions and clients that come and go are notified so; therefore whoever makes or ends one does
 * it alone on that server, and is done only when a client that it ended is gone: in this process by a queue, among
 * processes by a lock file beside the socket. The lock only makes a rare accident rarer: it is never waited for long, and
 * one whose owner is gone is taken.
 */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { localSocketPath } from './local-socket-path.js'
import { isAlive } from '../home/is-alive.js'

const queues = new Map<string, Promise<unknown>>()
const LONGEST_WAIT_MS = 3000
/** An owner that holds it longer has other troubles. */
const STALE_MS = 15_000

/** `socket`: as in `tmux -L`; of this machine. */
export async function aloneOnServer<T>(socket: string, work: () => Promise<T>): Promise<T> {
  const path = `${localSocketPath(socket)}.orchestra-lock`
  const before = queues.get(path) ?? Promise.resolve()
  const now = before.then(() => locked(path, work))
  const settled = now.then(ignore, ignore)
  queues.set(path, settled)
  void settled.then(() => {
    if (queues.get(path) === settled) queues.delete(path)
  })
  return now
}

async function locked<T>(path: string, work: () => Promise<T>): Promise<T> {
  const isOurs = await take(path)
  try {
    return await work()
  } finally {
    // Where the work took longer than an owner is believed, it is another's by now.
    if (isOurs && ownerOf(path) === process.pid) rmSync(path, { force: true })
  }
}

async function take(path: string): Promise<boolean> {
  const deadline = performance.now() + LONGEST_WAIT_MS
  for (;;) {
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
      writeFileSync(path, String(process.pid), { flag: 'wx', mode: 0o600 })
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false
    }
    if (isStale(path)) rmSync(path, { force: true })
    else if (performance.now() > deadline) return false
    else await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 20))
  }
}

function isStale(path: string): boolean {
  try {
    const age = Date.now() - statSync(path).mtimeMs
    const pid = ownerOf(path)
    return age > STALE_MS || (pid > 0 && !isAlive(pid))
  } catch {
    return false
  }
}

/** 0: it is gone, or its owner is about to write. */
function ownerOf(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8'))
  } catch {
    return 0
  }
}

function ignore(): void {}
