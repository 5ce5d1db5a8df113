import { createHash } from 'node:crypto'
import { checkedId, type AgentId, type AttemptId } from '../../core/ids.js'
import type { Host } from './host.js'

/** The process of an attempt: a command task's, or a headless agent's. */
export function jobKey(attempt: AttemptId): string {
  return `${attempt}.run`
}

/** The process of one `verify` command of an attempt. */
export function verifyKey(attempt: AttemptId, index: number): string {
  return `${attempt}.verify-${index + 1}`
}

/** A job's window and bell name: an id like an agent's, readable, and unique by its hash. */
export function jobName(key: string): AgentId {
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 8)
  return checkedId<AgentId>(`job-${key.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 48)}-${hash}`)
}

/** A job on a machine: the name of its window, and the directory of its one start. */
export interface PlacedJob {
  readonly host: Host
  readonly key: string
  readonly name: AgentId
  readonly start: string
}

export function placedJob(host: Host, key: string): PlacedJob {
  const name = jobName(key)
  return {
    host,
    key,
    name,
    // Of a machine that cannot be reached now, where its files are is not known.
    get start() {
      return `${host.paths.start(name)}/gen.1`
    },
  }
}
