/** The local session that a person looks at, and the mirrors in it: each shows one agent, wherever that lives. */
import { isHanging, isUnreachable, OrchestraError } from '../../core/errors.js'
import { checkedId, type AgentId, type PaneId } from '../../core/ids.js'
import type { Layout } from '../../core/layout/model.js'
import type { StatusDocument } from '../../core/protocol/status.js'
import { aloneOnServer } from '../../tmux/alone-on-server.js'
import { HANGS } from '../../tmux/find-view.js'
import { MirrorPane, type MirrorSource } from '../../tmux/mirror-pane.js'
import type { ViewPlan } from '../../tmux/protocol/view-plan.js'
import type { ViewClient } from '../../tmux/view-clients.js'
import type { ViewPane } from '../../tmux/view-panes.js'
import { ViewSession, type ReconcileResult } from '../../tmux/view-session.js'
import type { ViewSessionOptions } from '../../tmux/opened-view.js'
import type { EarlyView } from './early-view.js'
import type { Host } from '../machines/host.js'
import type { Logger } from '../kernel/log.js'
import { viewOf, viewOptions, type ViewPlace } from './view-options.js'
import { attentionViews } from '../../core/view/attention.js'
import { millisOf } from '../../core/view/times.js'
import { sessionStatusText } from '../../core/view/view-status.js'

export interface ViewManagerOptions extends ViewPlace {
  readonly storeId: string
  /** What was begun before we were there. */
  readonly early?: EarlyView | null
  /** A person typed into a mirror; `send` gives it to the agent. */
  readonly typed: (agent: AgentId, send: () => void) => void
  readonly log: Logger
}

interface Source {
  readonly host: Host
  readonly pane: PaneId
  /** Its screen has the size of somebody's own pane. */
  readonly fixed: boolean
}

interface Mirror {
  readonly pane: MirrorPane
  readonly view: ViewPane
}

const ANSWER_MS = 5000

export class ViewManager {
  readonly #options: ViewManagerOptions
  #view: ViewSession | null = null
  /** By slot: an agent is shown once, but a slot may be made anew at any time. */
  readonly #mirrors = new Map<string, Mirror>()
  readonly #sources = new Map<AgentId, Source>()
  #slots: {
    readonly panes: ReadonlyMap<string, ViewPane>
    readonly byAgent: ReadonlyMap<AgentId, string>
  } | null = null
  #writableClients = 0
  /** False while ours may stand under its second name, where making it under the first would make it twice. */
  #isProbablyNew = false
  #socket = 'orchestra'
  #early: EarlyView | null

  constructor(options: ViewManagerOptions) {
    this.#options = options
    this.#early = options.early ?? null
  }

  get name(): string {
    return this.#view?.name ?? this.#options.session
  }

  /**
   * Builds what is missing. @param size of the terminal that will attach.
   * @param isAgreed to the end of what a person runs there, by `endsKey`.
   */
  async up(
    layout: Layout,
    size: { readonly cols: number; readonly rows: number },
    isAgreed?: (key: string) => boolean,
  ): Promise<ReconcileResult> {
    await this.#mustAnswer()
    try {
      return await this.#build(layout, size, isAgreed)
    } catch (error) {
      // The server died under us, or was just ending: the second time it is a new one.
      if (!isUnreachable(error) || isHanging(error)) throw error
      this.#options.log.warn({ err: error }, 'the view is built anew')
      await this.close()
      return this.#build(layout, size, isAgreed)
    }
  }

  async #build(
    layout: Layout,
    size: { readonly cols: number; readonly rows: number },
    isAgreed?: (key: string) => boolean,
  ): Promise<ReconcileResult> {
    const desired = viewOf(layout, this.#options)
    this.#socket = layout.tmux.socket
    const early = await this.#takeEarly()
    return aloneOnServer(layout.tmux.socket, async () => {
      if (this.#view === null)
        this.#adopt(early ?? (await ViewSession.open(this.#sessionOptions(layout), size, desired)))
      const view = this.#view as ViewSession
      await view.setEnvironment(this.#options.environment.ofPanes(this.#options.session))
      return view.reconcile(desired, isAgreed)
    })
  }

  /** What the start of a new view did not wait for. */
  async hold(): Promise<void> {
    await this.#view?.hold().catch((error: unknown) => {
      this.#options.log.warn({ err: error }, 'hooks of the tmux server are not kept from the view')
    })
  }

  async #takeEarly(): Promise<ViewSession | null> {
    const early = this.#early
    this.#early = null
    return early === null ? null : early.session
  }

  /** What `up` would do. Refuses where it would be refused: a foreign session has the name. */
  async plan(layout: Layout): Promise<ViewPlan | null> {
    const desired = viewOf(layout, this.#options)
    // Both at once: it is one way to the server and back.
    const [plan] = await Promise.all([this.#view?.plan(desired), this.#mustAnswer()])
    if (plan !== undefined) return plan
    return aloneOnServer(layout.tmux.socket, async () => {
      const view = await ViewSession.find(this.#sessionOptions(layout), { strict: true })
      if (view === null) return null
      try {
        return await view.plan(desired)
      } finally {
        await view.close()
      }
    })
  }

  /** The same, and keeps the session that was looked at: `up` follows. One that was just begun has nothing to lose. */
  async prepare(layout: Layout): Promise<ViewPlan | null> {
    const early = await this.#takeEarly()
    if (early !== null) this.#adopt(early)
    if (this.#view === null) {
      const find = () => ViewSession.find(this.#sessionOptions(layout), { strict: true })
      const view = await aloneOnServer(layout.tmux.socket, find)
      if (view === null) return null
      this.#adopt(view)
    }
    try {
      return await this.plan(layout)
    } catch (error) {
      // The server just went, and with it all that could be lost.
      if (!isUnreachable(error) || isHanging(error)) throw error
      return null
    }
  }

  /** Else each question to a server that hangs would wait for the whole of its deadline. */
  async #mustAnswer(): Promise<void> {
    if (this.#view === null || (await this.#view.answers(ANSWER_MS))) return
    throw new OrchestraError(`tmux -L ${this.#socket} does not answer`, {
      kind: 'unreachable',
      hint: HANGS,
      details: { hangs: true },
    })
  }

  /** After a start of the daemon: takes the session over that is there, makes none. */
  async resume(layout: Layout): Promise<void> {
    const find = () => ViewSession.find(this.#sessionOptions(layout))
    const view = await aloneOnServer(layout.tmux.socket, find)
    this.#isProbablyNew = view === null
    if (view === null) return
    this.#adopt(view)
    // A person who closed a window meant it: nothing is brought back here.
    await view.look()
  }

  /** The agent can be seen there from now on. */
  agentAt(agent: AgentId, host: Host, pane: PaneId, fixed = false): void {
    const before = this.#sources.get(agent)
    this.#sources.set(agent, { host, pane, fixed })
    const mirror = this.#mirrorOf(agent)
    if (mirror === undefined) return
    // The same pane after a loss, or another one after a restart: paint anew either way.
    if (before?.host !== host || before.pane !== pane || mirror.pane.state === 'away')
      this.#show(agent, mirror)
  }

  agentAway(agent: AgentId, notice: string): void {
    if (!this.#sources.delete(agent)) return
    const mirror = this.#mirrorOf(agent)
    mirror?.pane.detachSource()
    mirror?.pane.notice(notice)
  }

  hostAway(host: Host, reason: string): void {
    for (const [agent, source] of this.#sources) {
      if (source.host !== host) continue
      this.#sources.delete(agent)
      const mirror = this.#mirrorOf(agent)
      mirror?.pane.detachSource()
      if (mirror !== undefined)
        void this.#view?.setPaneStatus(mirror.view.paneId, { link: `away: ${reason}`.slice(0, 80) })
    }
  }

  paneOf(agent: AgentId): { readonly pane: PaneId; readonly window: string } | null {
    const slot = this.#slotOf(agent)
    const view = slot === undefined ? undefined : this.#view?.panes.get(slot)
    if (slot === undefined || view === undefined) return null
    return { pane: view.paneId, window: slot.slice(0, slot.indexOf('/')) }
  }

  /** Borders and the status line; only what changed is sent. */
  show(doc: StatusDocument): void {
    const view = this.#view
    if (view === null) return
    void view.setSessionStatus(sessionStatusText(doc))
    const asks = attentionViews(doc, millisOf(doc.at) ?? 0).find(({ isHuman }) => isHuman)
    const mirror = asks === undefined ? undefined : this.#mirrorOf(checkedId<AgentId>(asks.id))
    void view.setWaiting(
      mirror?.view.paneId ?? null,
      asks === undefined
        ? ''
        : `${asks.id} ${asks.word}: ${asks.act?.replace(/ --prompt-id .*/, '') ?? 'look at it'}`,
    )
    for (const row of doc.agents) {
      const mirror = this.#mirrorOf(checkedId<AgentId>(row.id))
      if (mirror === undefined) continue
      const task =
        row.task === null
          ? ''
          : ` ${row.task}${row.progress === null ? '' : ` ${Math.round(row.progress * 100)}%`}`
      void view.setPaneStatus(mirror.view.paneId, { state: `${row.state}${task}` })
    }
  }

  async message(text: string): Promise<void> {
    await this.#view?.message(text)
  }

  destroy(): Promise<void> {
    return this.#leave((view) => view.destroy())
  }

  /** Leaves the session as it is; mirrors keep their last screen. */
  close(): Promise<void> {
    return this.#leave((view) => view.close())
  }

  async #leave(how: (view: ViewSession) => Promise<void>): Promise<void> {
    const view = this.#view ?? (await this.#takeEarly().catch(() => null))
    this.#forget()
    if (view !== null) await aloneOnServer(this.#socket, () => how(view))
  }

  #sessionOptions(layout: Layout): ViewSessionOptions {
    this.#socket = layout.tmux.socket
    const { storeId } = this.#options
    return { ...viewOptions(layout, this.#options), storeId, isProbablyNew: this.#isProbablyNew }
  }

  #adopt(view: ViewSession): void {
    this.#view = view
    this.#isProbablyNew = view.name === this.#options.session
    view.onPanes((panes) => this.#panesChanged(panes))
    const clientsChanged = (clients: readonly ViewClient[]) => {
      this.#writableClients = clients.filter((c) => !c.isReadOnly).length
      // Whoever came first found panes of the right size, whose agents nobody had told.
      for (const mirror of this.#mirrors.values())
        mirror.pane.resize(mirror.view.cols, mirror.view.rows, { follow: this.#writableClients > 0 })
    }
    view.onClients(clientsChanged)
    void view.clients().then(clientsChanged, ignore)
    void view.closed.then((cause) => {
      if (this.#view !== view) return
      this.#options.log.info({ cause }, 'the view session ended')
      this.#forget()
    })
  }

  #forget(): void {
    this.#view = null
    for (const mirror of this.#mirrors.values()) mirror.pane.close()
    this.#mirrors.clear()
  }

  #panesChanged(panes: ReadonlyMap<string, ViewPane>): void {
    for (const [slot, mirror] of this.#mirrors) {
      const now = panes.get(slot)
      if (now?.paneId === mirror.view.paneId) continue
      mirror.pane.close()
      this.#mirrors.delete(slot)
    }
    for (const [slot, view] of panes) {
      const agent = agentOfSlot(slot)
      if (agent === null) continue
      const mirror = this.#mirrors.get(slot)
      if (mirror === undefined) this.#open(slot, agent, view)
      else {
        this.#mirrors.set(slot, { ...mirror, view })
        mirror.pane.resize(view.cols, view.rows, { follow: this.#writableClients > 0 })
      }
    }
  }

  #open(slot: string, agent: AgentId, view: ViewPane): void {
    try {
      const { paneId, tty, cols, rows } = view
      const onClip = (clip: string) => void this.#view?.setPaneStatus(paneId, { clip })
      const pane = new MirrorPane({ paneId, tty, cols, rows, onClip })
      const mirror = { pane, view }
      this.#mirrors.set(slot, mirror)
      void pane.closed.then(() => {
        if (this.#mirrors.get(slot) === mirror) this.#mirrors.delete(slot)
      })
      this.#show(agent, mirror)
    } catch (error) {
      this.#options.log.warn({ err: error, slot }, 'a mirror pane could not be opened')
    }
  }

  #show(agent: AgentId, mirror: Mirror): void {
    const source = this.#sources.get(agent)
    if (source === undefined) {
      mirror.pane.notice(`${agent}: not there yet`)
      return
    }
    this.#attach(agent, mirror, source).catch((error: unknown) => {
      this.#options.log.debug({ err: error, agent }, 'a mirror could not be attached')
    })
  }

  async #attach(agent: AgentId, mirror: Mirror, source: Source): Promise<void> {
    const { host, pane, fixed } = source
    const found = (await host.list()).find((p) => p.pane === pane)
    if (found === undefined || this.#sources.get(agent) !== source || mirror.pane.state === 'closed') return
    const end = host.session.mirrorSource({ pane, window: found.window })
    const { typed } = this.#options
    const shared: MirrorSource = {
      ...end,
      ...(fixed ? { resize: ignore } : {}),
      sendKeys: (bytes) => typed(agent, () => end.sendKeys(bytes)),
      paste: (text) => typed(agent, () => end.paste(text)),
    }
    mirror.pane.attachSource(shared, { follow: this.#writableClients > 0 })
    await this.#view?.setPaneStatus(mirror.view.paneId, { link: '' })
  }

  #mirrorOf(agent: AgentId): Mirror | undefined {
    const slot = this.#slotOf(agent)
    return slot === undefined ? undefined : this.#mirrors.get(slot)
  }

  /** Asked for each agent at each change, so it may not look through all of them. */
  #slotOf(agent: AgentId): string | undefined {
    const panes = this.#view?.panes
    if (panes === undefined) return undefined
    if (this.#slots?.panes !== panes) {
      const byAgent = new Map<AgentId, string>()
      for (const slot of panes.keys()) {
        const shown = agentOfSlot(slot)
        if (shown !== null && !byAgent.has(shown)) byAgent.set(shown, slot)
      }
      this.#slots = { panes, byAgent }
    }
    return this.#slots.byAgent.get(agent)
  }
}

/** `Impl/agent:CG-1` → `CG-1`. */
function agentOfSlot(slot: string): AgentId | null {
  const mark = '/agent:'
  const at = slot.indexOf(mark)
  return at === -1 ? null : checkedId<AgentId>(slot.slice(at + mark.length))
}

function ignore(): void {}
