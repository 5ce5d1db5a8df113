/**
 * `logs/<AGENT>.log` of the run directory: what an agent printed, as it came over the link, and beside it when: a line for each
 * second in which something came, with the place of its first byte. The whole log stands on the agent's machine.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { appendFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Millis } from '../core/time.js'

const ROTATE_BYTES = 8 * 1024 * 1024
const MARK_EVERY_MS = 1000

function filesOf(runDir: string, agent: string) {
  const log = join(runDir, 'logs', `${agent}.log`)
  return { log, times: join(runDir, 'logs', `.${agent}.times`) }
}

/** Appends, and notes the time where the last one is older than a second. */
export class AgentLogWriter {
  readonly #marked = new Map<string, Millis>()

  async append(runDir: string, agent: string, data: Buffer, now: Millis): Promise<void> {
    const { log, times } = filesOf(runDir, agent)
    let { size } = await stat(log).catch(() => ({ size: 0 }))
    if (size > ROTATE_BYTES) {
      await rename(log, `${log}.1`)
      await rename(times, `${times}.1`).catch(() => undefined)
      this.#marked.delete(log)
      size = 0
    }
    if (now - (this.#marked.get(log) ?? 0) >= MARK_EVERY_MS) {
      await appendFile(times, `${now} ${size}\n`, { mode: 0o600 })
      this.#marked.set(log, now)
    }
    await appendFile(log, data, { mode: 0o600 })
  }
}

/** At most the last `bytes`; `since`: only what was printed then and later. Empty: nothing is there. */
export function readAgentLog(
  runDir: string,
  agent: string,
  { bytes, since }: { readonly bytes: number; readonly since: Millis | null },
): string {
  const { log, times } = filesOf(runDir, agent)
  const parts = ['.1', ''].map((suffix) => {
    const from = since === null ? 0 : placeOf(textOf(`${times}${suffix}`), since)
    return from === null ? Buffer.alloc(0) : endOf(`${log}${suffix}`, from, bytes)
  })
  const all = Buffer.concat(parts)
  return all.subarray(Math.max(0, all.length - bytes)).toString('utf8')
}

/** The last bytes of a log that stands elsewhere. */
export function readLogFile(path: string, bytes: number): string {
  return endOf(path, 0, bytes).toString('utf8')
}

/** The place of the first byte that was printed then or later; null: there is none. A mark stands for the second after it. */
export function placeOf(times: string, since: Millis): number | null {
  for (const line of times.split('\n')) {
    const [at = '', place = ''] = line.split(' ')
    if (/^\d+$/.test(at) && /^\d+$/.test(place) && Number(at) > since - MARK_EVERY_MS) return Number(place)
  }
  return null
}

function endOf(path: string, from: number, bytes: number): Buffer {
  let fd: number
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch {
    return Buffer.alloc(0)
  }
  try {
    const { size } = fstatSync(fd)
    const begin = Math.max(from, size - bytes)
    if (begin >= size) return Buffer.alloc(0)
    const buffer = Buffer.alloc(size - begin)
    return buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, begin))
  } finally {
    closeSync(fd)
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
