/** `logs/<AGENT>.log` of the run directory: what agents print, as it came over the link. The whole log stands on their machine. */
import type { AgentId } from '../../core/ids.js'
import { AgentLogWriter } from '../../store/agent-log.js'
import type { Clock } from '../kernel/clock.js'
import type { Part } from '../kernel/part.js'

const FLUSH_MS = 500
/** More than this in one interval is dropped here; the host's own log has it. */
const MAX_PENDING_BYTES = 256 * 1024

const LEFT_OUT = Buffer.from('\r\n[it printed faster than is kept here]\r\n')

export class AgentLogs implements Part {
  readonly name = 'logs'
  readonly #dir: () => string | null
  readonly #clock: Clock
  readonly #writer = new AgentLogWriter()
  readonly #pending = new Map<AgentId, { chunks: Buffer[]; bytes: number; dropped: number }>()
  #timer: NodeJS.Timeout | undefined
  #isWriting = false

  constructor(dir: () => string | null, clock: Clock) {
    this.#dir = dir
    this.#clock = clock
  }

  output(agent: AgentId, data: Buffer): void {
    const pending = this.#pending.get(agent) ?? { chunks: [], bytes: 0, dropped: 0 }
    this.#pending.set(agent, pending)
    if (pending.bytes + data.length > MAX_PENDING_BYTES) pending.dropped += data.length
    else {
      pending.chunks.push(data)
      pending.bytes += data.length
    }
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS)
  }

  leftOut(agent: AgentId): void {
    this.output(agent, LEFT_OUT)
  }

  stop(): void {
    this.flush()
  }

  /** What comes while a slow disk still writes waits for it, within the same limit. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (!this.#isWriting) void this.#write()
  }

  async #write(): Promise<void> {
    const dir = this.#dir()
    const batch = [...this.#pending]
    this.#pending.clear()
    if (dir === null || batch.length === 0) return
    this.#isWriting = true
    for (const [agent, { chunks, dropped }] of batch) {
      const note = dropped === 0 ? [] : [Buffer.from(`\n[${dropped} bytes left out here]\n`)]
      const data = Buffer.concat([...chunks, ...note])
      // A copy for convenience: a full disk costs only this.
      await this.#writer.append(dir, agent, data, this.#clock.now()).catch(() => undefined)
    }
    this.#isWriting = false
    if (this.#timer === undefined) await this.#write()
  }
}
