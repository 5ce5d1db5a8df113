/**
 * The session that holds the agents of one machine, local or remote: a window an agent, a bell window that keeps it
 * alive and rings, and a grouped control session through which one control client sees everything.
 */
import type { AgentSessionOptions } from './agent-session-options.js'
import { randomInt } from 'node:crypto'
import { OrchestraError } from '../core/errors.js'
import { checkedId, parseAgentId, parsePaneId } from '../core/ids.js'
import type { AgentId, PaneId, SessionName, WindowId } from '../core/ids.js'
import { BellReader } from './bell-reader.js'
import { capturePanes } from './capture.js'
import type { PaneCapture } from './capture.js'
import { ControlClient } from './control-client.js'
import type { CloseCause } from './control-client.js'
import { adoptAgentSession, ensureAgentSession, killAgentSession } from './ensure-agent-session.js'
import type { EnsureResult, ServerReset } from './ensure-agent-session.js'
import { ROTATE_SCRIPT } from './ensure-script.js'
import { Pulse } from './pulse.js'
import { OutputGovernor } from './output-governor.js'
import { PaneListeners } from './pane-listeners.js'
import { PaneTyping, type PasteOptions } from './pane-typing.js'
import { AGENT_FORMAT, parseAgentRows } from './protocol/agent-rows.js'
import type { AgentPane } from './protocol/agent-rows.js'
import * as commands from './protocol/commands.js'
import type { CaptureOptions } from './protocol/commands.js'
import { heldWindow } from './protocol/held-options.js'
import { malformedRow, parseRow, rowFormat } from './protocol/format-rows.js'
import type { Notification } from './protocol/messages.js'
import type { Command } from './protocol/quote.js'
import { windowAt } from './protocol/targets.js'

export type AgentSessionEvent =
  | { readonly type: 'output'; readonly pane: PaneId; readonly data: Buffer }
  /** Output of the pane was thrown away (it printed faster than it could be sent); capture it anew. */
  | { readonly type: 'gap'; readonly pane: PaneId }
  /** Somebody rang for the agent. Says nothing by itself: read the agent's record. */
  | { readonly type: 'ring'; readonly agent: AgentId }
  /** More rang than is listened to. */
  | { readonly type: 'rings.lost' }
  | { readonly type: 'title'; readonly pane: PaneId; readonly title: string }
  | { readonly type: 'size'; readonly pane: PaneId; readonly cols: number; readonly rows: number }
  /** Both null: tmux did not learn how; the exit record knows. */
  | {
      readonly type: 'dead'
      readonly pane: PaneId
      readonly status: number | null
      readonly signal: number | null
    }
  | { readonly type: 'window.closed'; readonly window: WindowId }
  /** The server hangs, or goes on: the client stays attached either way. */
  | { readonly type: 'pulse'; readonly answers: boolean }
  /** No more events before the next `ensure`. */
  | { readonly type: 'closed'; readonly cause: CloseCause }

export interface StartWindow {
  readonly agent: AgentId
  /** Distinguishes this start from earlier ones of the agent. `[A-Za-z0-9_.-]+` */
  readonly generation: string
  /** Words; no shell reads them. */
  readonly argv: readonly string[]
  readonly cols?: number
  readonly rows?: number
  /** File on that machine that the output is appended to. */
  readonly log?: string
}

export interface StartedWindow {
  readonly window: WindowId
  readonly pane: PaneId
  readonly pid: number
  readonly tty: string
  /** It was there already: the same agent and generation had been started before. */
  readonly existed: boolean
}

const STARTED = ['window_id', 'pane_id', 'pane_pid', 'pane_tty'] as const

export class AgentSession {
  readonly name: string
  readonly #options: AgentSessionOptions
  readonly #listeners = new PaneListeners<AgentSessionEvent>()
  readonly #governor = new OutputGovernor({
    now: () => performance.now(),
    pause: (pane) => this.#try(commands.paneFlow(pane, 'pause')),
    resume: (pane) => this.#resume(pane),
  })
  readonly #starting = new Map<AgentId, Promise<unknown>>()
  #client: ControlClient | null = null
  /** Begins by chance: an earlier daemon's windows are not met, and if they are tmux refuses. */
  #nextIndex = randomInt(1, 2 ** 20) * 1000
  #bell: PaneId | null = null
  readonly #bellReader = new BellReader()
  readonly #typing = new PaneTyping(() => this.client)

  constructor(options: AgentSessionOptions) {
    this.#options = options
    this.name = agentSessionName(options.session, options.storeId)
  }

  /** The open control client. Throws OrchestraError(unreachable) before `ensure` and after a loss. */
  get client(): ControlClient {
    if (this.#client === null || this.#client.isClosed)
      throw new OrchestraError(`not connected to tmux session ${this.name}`, {
        kind: 'unreachable',
        details: { delivered: 'not_sent' },
      })
    return this.#client
  }

  /** Synchronously, in stream order. Returns the function that unsubscribes. */
  on(listener: (event: AgentSessionEvent) => void): () => void {
    return this.#listeners.on(listener)
  }

  onPane(pane: PaneId, listener: (event: AgentSessionEvent) => void): () => void {
    return this.#listeners.onPane(pane, listener)
  }

  /**
   * Makes the session if it is missing, takes it over if it is ours, and attaches. To be called again after `closed`.
   * Rejects: refused (a session of that name carries another stamp), unreachable, failed.
   */
  async ensure(): Promise<EnsureResult> {
    await this.#detach('attaching anew')
    return this.#attach(await ensureAgentSession(this.#options, this.name))
  }

  /** `ensure` that makes nothing: what became of the server that we knew, where the session is not there. */
  async adopt(): Promise<EnsureResult | { readonly session: 'absent'; readonly reset: ServerReset }> {
    await this.#detach('attaching anew')
    const result = await adoptAgentSession(this.#options, this.name)
    return result.session === 'absent' ? result : this.#attach(result)
  }

  async #attach(result: EnsureResult): Promise<EnsureResult> {
    const client = await ControlClient.attach(this.#options.link, {
      ...this.#options,
      session: `${this.name}-ctl`,
    })
    this.#client = client
    new Pulse(client, (answers) => {
      if (this.#client === client) this.#emit({ type: 'pulse', answers })
    })
    this.#bell = result.bell
    this.#bellReader.clear()
    client.onNotification((notification) => this.#hear(notification))
    void client.closed.then((cause) => {
      if (this.#client === client) this.#emit({ type: 'closed', cause })
    })
    await client.commands([
      commands.subscribe('orc-dead', '%*', '#{pane_dead} #{pane_dead_status} #{pane_dead_signal}'),
      commands.subscribe('orc-title', '%*', '#{pane_title}'),
      // An option may hold newlines, and a line of its own would be read as a notification.
      commands.subscribe('orc-ring', '%*', '#{s/[^A-Za-z0-9_ -]//:@orch_ring}'),
      commands.subscribe('orc-size', '%*', '#{pane_width} #{pane_height}'),
    ])
    return result
  }

  /** Our agents' panes, the dead ones too. Rejects: unreachable, failed (a row does not parse). */
  async list(): Promise<readonly AgentPane[]> {
    const [reply] = await this.client.confirmed([commands.listPanes(this.name, AGENT_FORMAT)])
    return parseAgentRows(String(reply?.body ?? ''), this.#options.storeId)
  }

  /**
   * Starts an agent in a window of its own. Asked again for the same agent and generation it finds the first window, so
   * that a lost reply is no reason to fear: ask again.
   */
  startWindow(start: StartWindow): Promise<StartedWindow> {
    const before = this.#starting.get(start.agent) ?? Promise.resolve()
    const now = before.then(
      () => this.#startWindow(start),
      () => this.#startWindow(start),
    )
    this.#starting.set(start.agent, now)
    const forget = () => {
      if (this.#starting.get(start.agent) === now) this.#starting.delete(start.agent)
    }
    now.then(forget, forget)
    return now
  }

  async #startWindow(start: StartWindow): Promise<StartedWindow> {
    const { agent, generation, argv, cols = 200, rows = 50, log } = start
    if (!/^[A-Za-z0-9_.-]+$/.test(generation))
      throw new OrchestraError(`not a generation: ${generation}`, { kind: 'bug' })
    const there = (await this.list()).find((row) => row.agent === agent && row.generation === generation)
    if (there !== undefined)
      return { window: there.window, pane: there.pane, pid: there.pid, tty: there.tty, existed: true }
    const index = this.#nextIndex++
    const here = windowAt(this.name, index)
    const stamp = (name: string, value: string) => commands.setOption('pane', here, name, value)
    const [made] = await this.client.commands([
      commands.newWindow({ session: this.name, index, name: agent, argv, format: rowFormat(STARTED) }),
      // Before tmux can notice that the process ended: the pane of even the shortest life stays to be read.
      commands.setOption('window', here, 'remain-on-exit', 'on'),
      ...heldWindow(here),
      stamp('@orch_store', this.#options.storeId),
      stamp('@orch_kind', 'agent'),
      stamp('@orch_agent', agent),
      stamp('@orch_gen', generation),
      commands.resizeWindow(here, cols, rows),
      ...(log === undefined ? [] : [commands.logTo(here, log)]),
    ])
    const line = String(made?.body ?? '')
    const row = parseRow(line, STARTED)
    const pane = parsePaneId(row.pane_id)
    if (pane === undefined || !/^@\d+$/.test(row.window_id)) throw malformedRow(line)
    return {
      window: checkedId<WindowId>(row.window_id),
      pane,
      pid: Number(row.pane_pid),
      tty: row.pane_tty,
      existed: false,
    }
  }

  /** Kills a window that carries our stamp. False: there is no such window of ours (any more). */
  async stopWindow(window: WindowId): Promise<boolean> {
    // Ids are never used twice by one server, and this client speaks to one server only.
    if (!(await this.list()).some((row) => row.window === window)) return false
    try {
      await this.client.command(commands.killWindow(window))
      return true
    } catch (error) {
      if (error instanceof OrchestraError && error.kind === 'failed') return false
      throw error
    }
  }

  /** See `PaneTyping`. */
  sendKeys(pane: PaneId, bytes: Uint8Array, mark?: string): Promise<void> {
    return this.#typing.sendKeys(pane, bytes, mark)
  }

  typedMarks(pane: PaneId): Promise<readonly string[]> {
    return this.#typing.typedMarks(pane)
  }

  paste(pane: PaneId, text: string, options: PasteOptions = {}): Promise<void> {
    return this.#typing.paste(pane, text, options)
  }

  capture(panes: readonly PaneId[], options: CaptureOptions = {}): Promise<Map<PaneId, PaneCapture>> {
    return capturePanes(this.client, panes, options)
  }

  async resize(window: WindowId, cols: number, rows: number): Promise<void> {
    await this.client.command(commands.resizeWindow(window, cols, rows))
  }

  /** Moves logs over `maxBytes` to `FILE.1` and lets tmux begin new ones; no byte is lost. */
  async rotateLogs(
    logs: readonly { readonly pane: PaneId; readonly file: string }[],
    maxBytes: number,
  ): Promise<void> {
    if (logs.length === 0) return
    const args = [String(Math.trunc(maxBytes)), ...logs.map((log) => log.file)]
    const { stdout } = await this.#options.shell.run(ROTATE_SCRIPT, { args })
    for (const number of stdout.toString().split('\n').filter(Boolean)) {
      const log = logs[Number(number) - 1]
      if (log !== undefined) await this.client.command(commands.logTo(log.pane, log.file))
    }
  }

  /** `keep`: only detaches, agents go on. Otherwise ends exactly our two sessions with every agent in them. */
  async dispose(keep: boolean): Promise<void> {
    await this.#detach('disposed')
    if (!keep) await killAgentSession(this.#options, this.name)
  }

  async #detach(reason: string): Promise<void> {
    const client = this.#client
    this.#governor.clear()
    // First forgotten: a close of our own is no event.
    this.#client = null
    await client?.leave(reason)
  }

  #emit(event: AgentSessionEvent): void {
    this.#listeners.emit(event, 'pane' in event ? event.pane : undefined)
  }

  #resume(pane: PaneId): void {
    this.#try(commands.paneFlow(pane, 'continue'))
    this.#emit(pane === this.#bell ? { type: 'rings.lost' } : { type: 'gap', pane })
  }

  #hear(notification: Notification): void {
    if (notification.type === 'output') {
      const { pane, data } = notification
      const taken = this.#governor.take(pane, data.length)
      if (pane === this.#bell) {
        for (const agent of this.#bellReader.read(data)) this.#emit({ type: 'ring', agent })
        return
      }
      if (taken) this.#emit({ type: 'output', pane, data })
      return
    }
    // tmux's own pause, because the link is too slow; ours come to their end by themselves.
    if (notification.type === 'pause' && !this.#governor.isPaused(notification.pane))
      return this.#resume(notification.pane)
    if (notification.type === 'window.closed')
      return this.#emit({ type: 'window.closed', window: notification.window })
    if (
      notification.type === 'subscription' &&
      notification.pane !== null &&
      notification.pane !== this.#bell
    )
      this.#hearValue(notification.name, notification.pane, notification.value)
  }

  #hearValue(name: string, pane: PaneId, value: string): void {
    if (name === 'orc-title') return this.#emit({ type: 'title', pane, title: value })
    if (name === 'orc-size') {
      const [cols, rows] = value.split(' ').map(Number)
      if (cols && rows) this.#emit({ type: 'size', pane, cols, rows })
      return
    }
    if (name === 'orc-ring') {
      const agent = parseAgentId(value.split(' ')[0] ?? '')
      if (agent !== undefined) this.#emit({ type: 'ring', agent })
      return
    }
    if (name !== 'orc-dead' || !value.startsWith('1')) return
    const [, status = '', signal = ''] = value.split(' ')
    // Builds with utempter lose the status of half of the panes until another child ends: let one end.
    if (status === '' && signal === '') this.#try(['run-shell', '-b', 'true'])
    const number = (text: string) => (/^\d+$/.test(text) ? Number(text) : null)
    this.#emit({ type: 'dead', pane, status: number(status), signal: number(signal) })
  }

  /** For what may fail without anybody minding: the pane has gone in the meantime. */
  #try(command: Command): void {
    this.#client?.command(command).catch(() => {})
  }
}

/** `orc-<session>-<store>`; its control session ends in `-ctl`. */
export function agentSessionName(session: SessionName, storeId: string): string {
  if (!/^[A-Za-z0-9]+$/.test(storeId)) throw new OrchestraError(`not a store id: ${storeId}`, { kind: 'bug' })
  return `orc-${session}-${storeId}`
}
