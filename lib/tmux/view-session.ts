/**
 * The session that a person looks at, kept as the layout says through one control client. Every change goes through
 * `reconcile`: what is missing is made, what is right stays, what carries no stamp of ours is never touched.
 */
import type { Environment } from '../core/environment/environment.js'
import type { PaneId } from '../core/ids.js'
import type { TmuxVersion } from '../core/layout/tmux-layout-names.js'
import type { CloseCause, ControlClient } from './control-client.js'
import { OrchestraError } from '../core/errors.js'
import type { Held } from './protocol/held-options.js'
import type { Notification } from './protocol/messages.js'
import type { Command } from './protocol/quote.js'
import { inSession } from './protocol/targets.js'
import { environmentCommands } from './protocol/view-environment.js'
import { layoutLine } from './protocol/view-layout.js'
import type { ObservedWindow, ViewDesired } from './protocol/view-model.js'
import { endsKey, orderSteps, planView, type ViewPlan } from './protocol/view-plan.js'
import type { ViewStep } from './protocol/view-step.js'
import { bearView } from './bear-view.js'
import { holdAgain } from './find-view.js'
import { ShownOptions } from './shown-options.js'
import type { ViewClient } from './view-clients.js'
import { ViewLook } from './view-look.js'
import { panesOf, samePanes, type ViewPane } from './view-panes.js'
import { WindowSizes } from './window-sizes.js'
import { formatText } from './protocol/view-text.js'
import { runSteps } from './run-steps.js'
import { type BegunSession, openView } from './view-open.js'
import type { OpenedView, ViewSessionOptions } from './opened-view.js'

export interface ReconcileResult {
  /** What was done, in words. */
  readonly created: readonly string[]
  readonly createdPanes: number
  readonly changed: readonly string[]
  /** Slots that stayed as they were. */
  readonly left: readonly string[]
  /** What was not done because it ends what a person runs there. */
  readonly kept: readonly string[]
  readonly panes: ReadonlyMap<string, ViewPane>
}

export interface PaneStatus {
  readonly label?: string
  readonly state?: string
  /** `away` while the agent's machine cannot be reached; empty otherwise. */
  readonly link?: string
  /** Which part of the agent's screen fits: `39/80 ›`; empty: all of it. */
  readonly clip?: string
}

/** Nothing that a person would call a change. */
const UNSAID: ReadonlySet<ViewStep['type']> = new Set(['pane.focus', 'window.focus', 'window.layout'])
const REFRESH_MS = 25
const HEARD_MS = 100
const END_TRIES = 3
const REFRESHING: ReadonlySet<Notification['type']> = new Set([
  'layout',
  'window.added',
  'window.closed',
  'sessions.changed',
])

export class ViewSession {
  /** Resolves once, when the session, the server or the client is gone. */
  readonly closed: Promise<CloseCause>
  readonly #client: ControlClient
  readonly #version: TmuxVersion | undefined
  /** Its id: a person may give it another name. */
  readonly #id: string
  readonly #target: string
  #name: string
  readonly #storeId: string
  #isFresh: boolean
  #held: Held
  /** What the session was born with, until somebody has heard how that went. */
  #birth: Promise<readonly ViewStep[]> | undefined
  #desired: ViewDesired | null = null
  /** What the session was told of it; null: by another daemon, if at all. */
  #environment: Environment | null
  #panes: ReadonlyMap<string, ViewPane> = new Map()
  readonly #shown: ShownOptions
  readonly #sizes: WindowSizes
  readonly #look: ViewLook
  readonly #paneListeners = new Set<(panes: ReadonlyMap<string, ViewPane>) => void>()
  readonly #clientListeners = new Set<(clients: readonly ViewClient[]) => void>()
  #queue: Promise<unknown> = Promise.resolve()
  #refreshTimer: NodeJS.Timeout | undefined
  #clientsChanged = false

  private constructor(opened: OpenedView, storeId: string, environment: Environment | null) {
    this.#environment = opened.isNew ? environment : null
    this.#name = opened.name
    this.#id = opened.id
    this.closed = opened.client.closed
    this.#client = opened.client
    this.#shown = new ShownOptions(opened.client)
    this.#version = opened.version
    this.#target = inSession(opened.id)
    this.#look = new ViewLook(opened.client, opened.id, this.#target)
    this.#sizes = new WindowSizes(opened.client, () => this.#look.windows())
    this.#storeId = storeId
    this.#isFresh = opened.isNew
    this.#held = opened.held
    this.#birth = opened.born
    this.#client.onNotification((notification) => this.#notified(notification))
    void this.closed.then(() => clearTimeout(this.#refreshTimer))
  }

  /**
   * Attaches to our session; makes it (and the server) when it is not there, already with what `desired` says.
   * `size` counts while nobody is attached.
   */
  static async open(
    options: ViewSessionOptions,
    size: { readonly cols: number; readonly rows: number },
    desired: ViewDesired = { windows: [], monitorWindow: null, mainWindow: null },
  ): Promise<ViewSession> {
    const opened = await openView(options, size, bearView(desired, size))
    if (opened === null) throw new OrchestraError('no view session', { kind: 'bug' })
    return new ViewSession(opened, options.storeId, options.environment ?? null)
  }

  /** Like `open`, of a session that was begun before anybody knew for whom. */
  static async take(
    begun: BegunSession,
    storeId: string,
    size: { readonly cols: number; readonly rows: number },
    desired: ViewDesired,
    environment: Environment | null = null,
  ): Promise<ViewSession> {
    const opened = await begun.own(storeId, bearView(desired, size))
    return new ViewSession(opened, storeId, environment)
  }

  /** Our session, or null when there is none. Starts nothing. `strict`: refuses, as `open` does, where a foreign one has the name. */
  static async find(
    options: ViewSessionOptions,
    { strict = false }: { readonly strict?: boolean } = {},
  ): Promise<ViewSession | null> {
    const opened = await openView(options, { cols: 80, rows: 24 }, null, strict)
    return opened === null ? null : new ViewSession(opened, options.storeId, null)
  }

  /** False: the server hangs. Where the client has ended there is no question. */
  async answers(timeoutMs: number): Promise<boolean> {
    // Who said something a moment ago need not be asked.
    if (this.#client.isClosed || performance.now() - this.#client.heardAt < HEARD_MS) return true
    return this.#client.command(['display-message', '-p', ''], { timeoutMs }).then(
      () => true,
      () => this.#client.isClosed,
    )
  }

  /** As it is called now. */
  get name(): string {
    return this.#name
  }

  /** Where each slot's pane is now. */
  get panes(): ReadonlyMap<string, ViewPane> {
    return this.#panes
  }

  /** Panes that are made from now on get it. */
  async setEnvironment(environment: Environment): Promise<void> {
    const commands = environmentCommands(this.#target, environment, this.#environment)
    this.#environment = environment
    if (commands.length > 0) await this.#client.commands(commands)
  }

  /** Says explicitly what a server of ours did not need to be told in its first seconds. */
  async hold(): Promise<void> {
    if (this.#held === 'all') return
    this.#held = 'all'
    await holdAgain(this.#client, this.#id)
  }

  /** What `reconcile` would do. Changes nothing. */
  async plan(desired: ViewDesired): Promise<ViewPlan> {
    const seen = await this.#look.all()
    const plan = planView(desired, seen[0], this.#id)
    const steps = [...plan.steps, ...orderSteps(desired, seen[0])]
    this.#look.settle(steps.length === 0 ? seen : null)
    return { ...plan, steps }
  }

  /**
   * Makes the session what `desired` says. Rejects `failed` with the first refusal; calling again completes the rest.
   * A step that ends a person's commands is left out unless `isAgreed` to its key.
   */
  reconcile(desired: ViewDesired, isAgreed: (key: string) => boolean = () => true): Promise<ReconcileResult> {
    return this.#exclusive(async () => {
      this.#desired = desired
      const birth = this.#birth
      this.#birth = undefined
      const seen = this.#look.settled() ?? this.#look.all()
      const [born, [before, clients]] = await Promise.all([birth ?? [], seen])
      const all = planView(desired, before, this.#id)
      const isKept = (step: ViewStep) => !isAgreed(endsKey(step) ?? '') && endsKey(step) !== null
      const plan = { ...all, steps: all.steps.filter((step) => !isKept(step)) }
      let observed = before
      if (plan.steps.length > 0) {
        const run = runSteps(this.#client, plan.steps, this.name)
        // In the same breath: what is refused is told after all.
        ;[observed] = await Promise.all([this.#look.windows(), run])
      }
      const order = orderSteps(desired, observed)
      if (order.length > 0) {
        const run = runSteps(this.#client, order, this.name)
        ;[observed] = await Promise.all([this.#look.windows(), run])
      }
      observed = await this.#sizes.fit(observed, clients)
      observed = await this.#layOut(desired, observed)
      await this.#setSession(desired, observed)
      this.#remember(observed)
      const steps = [...born, ...plan.steps, ...order].filter((step) => !UNSAID.has(step.type))
      return {
        created: steps.filter((step) => step.type.endsWith('.create')).map((step) => step.text),
        createdPanes: steps.filter(({ type }) => type === 'pane.create').length,
        changed: steps
          .filter((step) => !step.type.endsWith('.create') && step.isOwn !== true)
          .map((step) => step.text),
        left: plan.left,
        kept: all.steps.filter(isKept).map((step) => step.text),
        panes: this.#panes,
      }
    })
  }

  /** Reads what is there, without making it anything else: after a start of the daemon. */
  look(): Promise<void> {
    return this.#exclusive(() => this.#refresh())
  }

  /** After sizes, places or the set of panes changed: by a person, a terminal, or us. */
  onPanes(listener: (panes: ReadonlyMap<string, ViewPane>) => void): () => void {
    this.#paneListeners.add(listener)
    return () => this.#paneListeners.delete(listener)
  }

  /** After a person's terminal came, went or changed its size. */
  onClients(listener: (clients: readonly ViewClient[]) => void): () => void {
    this.#clientListeners.add(listener)
    return () => this.#clientListeners.delete(listener)
  }

  /** Terminals attached to the session; control clients do not count. */
  clients(): Promise<readonly ViewClient[]> {
    return this.#look.clients()
  }

  /** For the pane's border; only what changed is sent. A pane that is gone is no error. */
  async setPaneStatus(pane: PaneId, status: PaneStatus): Promise<void> {
    const shown = Object.entries(status) as [string, string | undefined][]
    await Promise.all(
      shown.map(async ([name, value]) => {
        if (value !== undefined) await this.#shown.set(['-p', '-t', pane], `@orch_${name}`, formatText(value))
      }),
    )
  }

  /** The right side of the status line. */
  async setSessionStatus(text: string): Promise<void> {
    await this.#shown.set(['-t', this.#target], '@orch_status', formatText(text))
  }

  /** Where `prefix a` leads: the pane of an agent that needs a person. `needs`: what it says where there is no such pane. */
  async setWaiting(pane: PaneId | null, needs = ''): Promise<void> {
    await Promise.all([
      this.#shown.set(['-t', this.#target], '@orch_waiting', pane ?? ''),
      this.#shown.set(['-t', this.#target], '@orch_needs', formatText(needs)),
    ])
  }

  /** A line for everybody who is attached. */
  async message(text: string): Promise<void> {
    const clients = await this.clients()
    if (clients.length === 0) return
    // Shown by way of an option: the text of display-message itself would be expanded.
    await this.#shown.quietly([
      ['set-option', '-t', this.#target, '@orch_message', formatText(text)],
      ...clients.map(({ name }): Command => ['display-message', '-c', name, '#{@orch_message}']),
    ])
  }

  /** Ends our session with its mirrors, views and commands; no agent lives there. Nothing when it is not ours any more. */
  async destroy(): Promise<void> {
    const ask = ['display-message', '-p', '-t', this.#target, '#{session_id} #{@orch_store}']
    for (let tries = 0; tries < END_TRIES && !this.#client.isClosed; tries += 1) {
      try {
        const reply = await this.#client.command(ask)
        const [id = '', store] = reply.body.toString('utf8').split(' ')
        if (store !== this.#storeId) break
        await this.#client.command(['kill-session', '-t', id])
        break
      } catch {
        // With its session the client ends, too, before it says so here; else the command did not get there.
      }
    }
    await this.#exclusive(() => Promise.resolve())
    await this.close()
  }

  /** Leaves the session as it is. Resolves when nobody who attaches next can be harmed by it. */
  close(): Promise<void> {
    clearTimeout(this.#refreshTimer)
    return this.#client.leave()
  }

  async #layOut(desired: ViewDesired, observed: ObservedWindow[]): Promise<ObservedWindow[]> {
    const lines: Command[][] = []
    for (const window of desired.windows) {
      const have = observed.find((candidate) => candidate.mark === window.name)
      const line = have === undefined ? null : layoutLine(window, have, this.#version)
      if (line !== null) lines.push(line)
    }
    if (lines.length === 0) return observed
    // A window that a person closes meanwhile is no reason to fail.
    await Promise.allSettled(lines.map((line) => this.#client.commands(line)))
    return this.#look.windows()
  }

  async #setSession(desired: ViewDesired, observed: readonly ObservedWindow[]): Promise<void> {
    const idOf = (name: string | null) =>
      observed.find((w) => name !== null && w.mark === name)?.windowId ?? ''
    const target = ['-t', this.#target]
    const work = [
      this.#shown.set(target, '@orch_monitor', idOf(desired.monitorWindow)),
      this.#shown.set(target, '@orch_main', idOf(desired.mainWindow)),
    ]
    if (this.#isFresh) {
      this.#isFresh = false
      const first = desired.windows.find((window) => window.focus) ?? desired.windows[0]
      const id = idOf(first?.name ?? null)
      if (id !== '') work.push(this.#shown.quietly([['select-window', '-t', id]]))
    }
    await Promise.all(work)
  }

  #remember(observed: readonly ObservedWindow[]): void {
    const panes = panesOf(observed)
    const isSame = samePanes(panes, this.#panes)
    this.#panes = panes
    if (!isSame) for (const listener of this.#paneListeners) listener(panes)
  }

  #notified(notification: Notification): void {
    const { type } = notification
    this.#look.notified(notification)
    if (type === 'unknown') this.#name = nameAfter(notification.line, this.#id) ?? this.#name
    const isClient =
      type === 'client.session' || (type === 'unknown' && notification.line.startsWith('%client-detached'))
    if (isClient || type === 'layout') this.#clientsChanged = true
    if (isClient || REFRESHING.has(type)) this.#refreshSoon()
  }

  #refreshSoon(): void {
    this.#refreshTimer ??= setTimeout(() => {
      this.#refreshTimer = undefined
      void this.#exclusive(() => this.#refresh()).catch(() => {
        // The session is ending; `closed` says so.
      })
    }, REFRESH_MS)
  }

  async #refresh(): Promise<void> {
    if (this.#client.isClosed) return
    const isChanged = this.#clientsChanged
    // Before we look: who comes while tmux answers is not in the answer, and would be forgotten.
    this.#clientsChanged = false
    const clients = isChanged ? await this.clients() : null
    let observed = await this.#look.windows()
    if (clients !== null) observed = await this.#sizes.fit(observed, clients)
    if (this.#desired !== null) observed = await this.#layOut(this.#desired, observed)
    this.#remember(observed)
    if (clients !== null) for (const listener of this.#clientListeners) listener(clients)
  }

  /** One at a time: a refresh must not see a half-built window. */
  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#queue.then(work, work)
    this.#queue = next.catch(() => {})
    return next
  }
}

/** Of `%session-renamed $3 NAME` about that session; null: another line. */
function nameAfter(line: string, id: string): string | null {
  const start = `%session-renamed ${id} `
  return line.startsWith(start) ? line.slice(start.length) : null
}
