/** The run directory's files, written by us alone: whole, and only when their content changed. */
import { randomBytes } from 'node:crypto'
import { closeSync, constants, fsyncSync, lstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { OrchestraError } from '../core/errors.js'
import { parseAgentId, parseTaskId } from '../core/ids.js'
import type { AgentStatusFile, ResultFile, TaskQueueFile } from '../core/protocol/queue-files.js'
import type { ReportKind } from '../core/reports/spec.js'
import { prepareRunDir } from './prepare-run-dir.js'

export class ProtocolFiles {
  readonly dir: string
  /** What was written last, by name, and the file that it became: another program may have written there since. */
  readonly #written = new Map<string, { readonly text: string; readonly file: string }>()
  /** Whose text is among those. */
  readonly #statuses = new Map<string, AgentStatusFile>()
  #toCheck = this.#written.entries()

  /** @throws OrchestraError(usage) for a directory that is not safely ours. */
  constructor(dir: string) {
    this.dir = dir
    this.#makeDirectories()
  }

  /** Each method: @returns whether the file changed. @throws OrchestraError(failed) when it cannot be written. */
  writeQueue(queue: TaskQueueFile): boolean {
    return this.#write('task_queue.json', json(queue))
  }

  /** There may be hundreds of them: whether another program wrote into one is left to `findAltered`. */
  writeAgentStatus(status: AgentStatusFile): boolean {
    const name = `agent_${checked(parseAgentId(status.agent_id))}_status.json`
    const last = this.#written.get(name)
    if (last !== undefined && this.#statuses.get(name) === status) return false
    const text = json(status)
    const changed = last?.text !== text && this.#write(name, text)
    this.#statuses.set(name, status)
    return changed
  }

  /** On the disk before it returns: others take it as the proof that the task is done. */
  writeResult(result: ResultFile): boolean {
    return this.#write(`results/${checked(parseTaskId(result.task_id))}.json`, json(result), true)
  }

  writeReport(markdown: string): boolean {
    return this.#write('report.md', markdown)
  }

  /** `report-standup.md`: the latest of its kind. */
  writeMade(kind: ReportKind, markdown: string): boolean {
    return this.#write(`report-${kind}.md`, markdown)
  }

  /**
   * Whether another program has written into, or removed, one of at most `limit` files; the next call looks at the next
   * ones. What is found counts as not written.
   */
  findAltered(limit: number): boolean {
    let found = false
    for (let i = 0; i < Math.min(limit, this.#written.size); i++) {
      let next = this.#toCheck.next()
      if (next.done === true) {
        this.#toCheck = this.#written.entries()
        next = this.#toCheck.next()
      }
      if (next.done === true) break
      const [name, { file }] = next.value
      if (identify(join(this.dir, name)) === file) continue
      this.#written.delete(name)
      found = true
    }
    return found
  }

  #makeDirectories(): void {
    for (const path of [this.dir, join(this.dir, 'results'), join(this.dir, 'logs')]) prepareRunDir(path)
  }

  #write(name: string, text: string, durable = false): boolean {
    const target = join(this.dir, name)
    const last = this.#written.get(name)
    if (last?.text === text && last.file === identify(target)) return false
    try {
      writeWhole(target, text, durable)
    } catch (error) {
      // Somebody removed a directory; the next call finds it again.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') this.#makeDirectories()
      throw new OrchestraError(`${target} could not be written`, {
        kind: 'failed',
        cause: error,
        details: { path: target, code: (error as NodeJS.ErrnoException).code ?? null },
      })
    }
    this.#written.set(name, { text, file: identify(target) })
    return true
  }
}

/** Which file stands there, and since when nobody has written into it. */
function identify(path: string): string {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false })
  return found === undefined ? 'none' : `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`
}

/** Beside its place, under a name that nobody can have planted, then renamed; nothing is left when that fails. */
function writeWhole(target: string, text: string, durable: boolean): void {
  const beside = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`)
  try {
    const fd = openSync(
      beside,
      constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
      0o600,
    )
    try {
      const bytes = Buffer.from(text)
      for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done)
      if (durable) fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(beside, target)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
  if (durable) syncDirectory(dirname(target))
}

function syncDirectory(path: string): void {
  const fd = openSync(path, constants.O_RDONLY)
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

/** An id is a file name; anything else never becomes one. */
function checked<T>(id: T | undefined): T {
  if (id === undefined) throw new OrchestraError('not an id', { kind: 'bug' })
  return id
}
