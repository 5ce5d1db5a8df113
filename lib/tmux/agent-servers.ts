/**
 * The agents of one machine on one server, or, for a while, on two. On the machine of the view agents have a socket of
 * their own, so that no key of tmux leads a person from the view into their session. An earlier version kept them on the
 * view's socket: those go on there, seen and answered, until they are started again, and that session ends with the last.
 */
import { OrchestraError } from '../core/errors.js'
import type { PaneId, WindowId } from '../core/ids.js'
import { agentMirrorSource } from './agent-mirror-source.js'
import { AgentSession } from './agent-session.js'
import type { AgentSessionEvent, StartedWindow, StartWindow } from './agent-session.js'
import type { AgentSessionOptions } from './agent-session-options.js'
import type { PaneCapture } from './capture.js'
import type { EnsureResult } from './ensure-agent-session.js'
import type { MirrorSource } from './mirror-pane.js'
import type { AgentPane } from './protocol/agent-rows.js'
import type { CaptureOptions } from './protocol/commands.js'

export interface AgentServersOptions extends AgentSessionOptions {
  /** Where an earlier version kept them; null: there was never another place. */
  readonly oldSocket: string | null
  /** One who makes or ends a session or a client does it alone on its server. */
  readonly alone: <T>(socket: string, work: () => Promise<T>) => Promise<T>
}

/** Of the socket that only agents stand on. */
const NOTE = 'agents-server'
/** Both servers count from 0: the old one's panes and windows are known by numbers that no server reaches. */
const OLD_BASE = 1_000_000_000

export class AgentServers {
  readonly #options: AgentServersOptions
  readonly #main: AgentSession
  #old: AgentSession | null = null
  /** What stands on the old server: `agent generation` → its pane. */
  #oldPanes: ReadonlyMap<string, PaneId> = new Map()
  readonly #silent = new Set<AgentSession>()
  readonly #listeners = new Set<(event: AgentSessionEvent) => void>()

  constructor(options: AgentServersOptions) {
    this.#options = options
    const own = options.oldSocket === null ? {} : { note: NOTE }
    this.#main = new AgentSession({ ...options, ...own })
    this.#main.on((event) => this.#hear(event, this.#main))
  }

  on(listener: (event: AgentSessionEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Attaches, see `AgentSession.ensure`. `reset` is said only when every agent of the machine is gone. */
  async ensure(): Promise<EnsureResult> {
    const { alone, socket, oldSocket } = this.#options
    this.#silent.clear()
    const result = await alone(socket, () => this.#main.ensure())
    this.#oldPanes = new Map()
    if (oldSocket === null || !result.hasOld) return result
    const old = this.#old ?? this.#makeOld(oldSocket)
    const found = await alone(oldSocket, () => old.adopt())
    if (found.session === 'absent') {
      this.#old = null
      return { ...result, reset: result.isKnown ? result.reset : found.reset }
    }
    this.#old = old
    await this.list()
    // The journal cannot say which agents of a machine are gone and which are not: those that are missing are looked for.
    return { ...result, reset: this.#old === null ? result.reset : null }
  }

  #makeOld(socket: string): AgentSession {
    const old = new AgentSession({ ...this.#options, socket })
    old.on((event) => this.#hear(fromOld(event), old))
    return old
  }

  async list(): Promise<readonly AgentPane[]> {
    const [main, old] = await Promise.all([this.#main.list(), this.#old?.list() ?? []])
    if (this.#old === null) return main
    const moved = old.map((row) => ({ ...row, pane: up(row.pane), window: up(row.window) }))
    this.#oldPanes = new Map(moved.map((row) => [`${row.agent} ${row.generation}`, row.pane]))
    if (old.length === 0) this.#endOld()
    return [...main, ...moved]
  }

  /** The last of its agents has gone, and nothing starts there any more. */
  #endOld(): void {
    const { alone, oldSocket } = this.#options
    const old = this.#old
    this.#old = null
    if (old === null || oldSocket === null) return
    if (this.#silent.delete(old) && this.#silent.size === 0) this.#emit({ type: 'pulse', answers: true })
    // Where that fails it is tried again at the next `ensure`: the note of that server is still there.
    void alone(oldSocket, () => old.dispose(false)).catch(() => {})
  }

  /** Where that start of an agent is reached, of which the journal says `pane`. */
  paneOf(agent: string, generation: number, pane: PaneId): PaneId {
    return this.#oldPanes.get(`${agent} ${generation}`) ?? pane
  }

  async startWindow(start: StartWindow): Promise<StartedWindow> {
    const there = this.#oldPanes.get(`${start.agent} ${start.generation}`)
    const row = there === undefined ? undefined : (await this.list()).find(({ pane }) => pane === there)
    if (row === undefined) return this.#main.startWindow(start)
    return { window: row.window, pane: row.pane, pid: row.pid, tty: row.tty, existed: true }
  }

  stopWindow(window: WindowId): Promise<boolean> {
    return this.#at(window).stopWindow(down(window))
  }

  sendKeys(pane: PaneId, bytes: Uint8Array, mark?: string): Promise<void> {
    return this.#at(pane).sendKeys(down(pane), bytes, mark)
  }

  typedMarks(pane: PaneId): Promise<readonly string[]> {
    return this.#at(pane).typedMarks(down(pane))
  }

  paste(pane: PaneId, text: string, options: Parameters<AgentSession['paste']>[2] = {}): Promise<void> {
    return this.#at(pane).paste(down(pane), text, options)
  }

  async capture(panes: readonly PaneId[], options: CaptureOptions = {}): Promise<Map<PaneId, PaneCapture>> {
    const [main, old] = await Promise.all([
      this.#main.capture(panes.filter((pane) => !isOld(pane)), options),
      this.#old?.capture(panes.filter(isOld).map(down), options) ?? new Map<PaneId, PaneCapture>(),
    ]) // prettier-ignore
    return new Map([
      ...main,
      ...[...old].map(([pane, seen]) => [up(pane), { ...seen, pane: up(pane) }] as const),
    ])
  }

  mirrorSource(agent: Pick<AgentPane, 'pane' | 'window'>): MirrorSource {
    const at = { pane: down(agent.pane), window: down(agent.window) }
    return agentMirrorSource(this.#at(agent.pane), at)
  }

  async rotateLogs(logs: Parameters<AgentSession['rotateLogs']>[0], maxBytes: number): Promise<void> {
    const old = logs.filter((log) => isOld(log.pane)).map((log) => ({ ...log, pane: down(log.pane) }))
    await this.#main.rotateLogs(logs.filter((log) => !isOld(log.pane)), maxBytes) // prettier-ignore
    await this.#old?.rotateLogs(old, maxBytes)
  }

  /** See `AgentSession.dispose`. */
  async dispose(keep: boolean): Promise<void> {
    const { alone, socket, oldSocket } = this.#options
    const old = this.#old
    this.#old = null
    const ends = [
      alone(socket, () => this.#main.dispose(keep)),
      ...(old === null || oldSocket === null ? [] : [alone(oldSocket, () => old.dispose(keep))]),
    ]
    // Both are tried, whatever becomes of one.
    for (const end of await Promise.allSettled(ends)) if (end.status === 'rejected') throw end.reason
  }

  #at(id: PaneId | WindowId): AgentSession {
    if (!isOld(id)) return this.#main
    if (this.#old !== null) return this.#old
    throw new OrchestraError('the window is gone', { kind: 'failed', details: { delivered: 'not_sent' } })
  }

  #hear(event: AgentSessionEvent, from: AgentSession): void {
    if (event.type !== 'pulse') return this.#emit(event)
    const had = this.#silent.size
    if (event.answers) this.#silent.delete(from)
    else this.#silent.add(from)
    if ((had === 0) !== (this.#silent.size === 0))
      this.#emit({ type: 'pulse', answers: this.#silent.size === 0 })
  }

  #emit(event: AgentSessionEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}

function isOld(id: PaneId | WindowId): boolean {
  return Number(id.slice(1)) >= OLD_BASE
}

function up<Id extends PaneId | WindowId>(id: Id): Id {
  return `${id.slice(0, 1)}${Number(id.slice(1)) + OLD_BASE}` as Id
}

function down<Id extends PaneId | WindowId>(id: Id): Id {
  return isOld(id) ? (`${id.slice(0, 1)}${Number(id.slice(1)) - OLD_BASE}` as Id) : id
}

function fromOld(event: AgentSessionEvent): AgentSessionEvent {
  if ('pane' in event) return { ...event, pane: up(event.pane) }
  return event.type === 'window.closed' ? { ...event, window: up(event.window) } : event
}
