/**
 * One machine: its link, its shell, the session of its agents, and our files there. Comes up by itself after every
 * loss; whoever listens hears `ready` with everything that runs there, and nothing is believed before that.
 */
import { fix } from '../../core/fixes.js'
import { checkedId, type AgentId, type AttemptId, type PaneId, type SessionName } from '../../core/ids.js'
import { OrchestraError, messageOf } from '../../core/errors.js'
import type { Machine } from '../../core/layout/model.js'
import type { MachineState } from '../../core/words.js'
import { joinPath, type RawEnvironment } from '../../core/environment/environment.js'
import { MORE_PLACES, probeHost, type HostFacts } from '../../exec/probe-host.js'
import { Shell } from '../../exec/shell.js'
import type { Link, LinkState } from '../../exec/transport.js'
import type { AgentServers } from '../../tmux/agent-servers.js'
import type { PaneCapture } from '../../tmux/capture.js'
import type { AgentPane } from '../../tmux/protocol/agent-rows.js'
import type { CaptureOptions } from '../../tmux/protocol/commands.js'
import { endStarts } from './end-starts.js'
import { hostPaths, type HostPaths } from './host-paths.js'
import { placeLines, runPlacing, type Placed, type PlacedFile } from './place-files.js'
import { placeTools } from './place-tools.js'
import { AgentRecords, type AgentFiles } from './agent-records.js'
import { agentServers, tmuxHangs } from './agent-servers.js'
import type { HostEvent, HostOptions } from './host-options.js'

export type { HostEvent } from './host-options.js'

/** Where `Host` is only used: whatever has its members will do. */
export interface Host extends Pick<LinkedHost, keyof LinkedHost> {}

const RETRY_MS = [500, 1000, 2000, 5000, 10_000]

export class LinkedHost {
  readonly machine: Machine
  readonly link: Link
  readonly shell: Shell
  readonly #records: AgentRecords
  readonly #options: HostOptions
  readonly #listeners = new Set<(event: HostEvent) => void>()
  #facts: HostFacts | null = null
  #login: RawEnvironment = {}
  #paths: HostPaths | null = null
  #session: AgentServers | null = null
  #ready = false
  #stopped = false
  #bringingUp: Promise<void> | null = null
  #failures = 0
  #retry: NodeJS.Timeout | undefined
  #state: MachineState = 'unknown'
  #reason: string | null = null
  #tmuxVersion: string | null = null

  constructor(options: HostOptions) {
    this.#options = options
    this.machine = options.machine
    this.link = options.link
    this.shell = new Shell(options.link)
    this.#records = new AgentRecords(this.shell)
    options.link.onChange((state) => this.#linkChanged(state))
  }

  get isReady(): boolean {
    return this.#ready
  }

  /** A try is on its way; `reason` is that of the try before. */
  get isComing(): boolean {
    return !this.#ready && (this.link.state.status === 'connecting' || this.#bringingUp !== null)
  }

  /** It was stopped, and does not come back by itself: whoever waits for it has to ask another. */
  get isLeft(): boolean {
    return this.#stopped
  }

  get state(): MachineState {
    return this.#state
  }

  get reason(): string | null {
    return this.#reason
  }

  get facts(): HostFacts | null {
    return this.#facts
  }

  /** Of the shell that programs there are to be started from: secrets, and marks of what runs around it, included. */
  get shellEnv(): RawEnvironment {
    return this.#options.environment?.shell ?? this.#login
  }

  /** Where programs are looked for, absolute places alone. */
  get path(): string {
    const { environment } = this.#options
    if (environment !== undefined) return joinPath(environment.path, ...MORE_PLACES)
    return this.#facts?.path ?? joinPath(...MORE_PLACES)
  }

  get tmuxVersion(): string | null {
    return this.#tmuxVersion
  }

  get paths(): HostPaths {
    if (this.#paths === null) throw this.#notReady()
    return this.#paths
  }

  get session(): AgentServers {
    if (this.#session === null || !this.#ready) throw this.#notReady()
    return this.#session
  }

  on(listener: (event: HostEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  start(): void {
    this.#stopped = false
    this.link.start()
    if (this.link.state.status === 'up') void this.#bringUp()
  }

  /** Tries again now, also after a failure that would not be tried again by itself. */
  tryAgain(): void {
    if (this.#stopped || this.#ready) return
    this.#failures = 0
    this.link.start()
    if (this.link.state.status === 'up') void this.#bringUp()
  }

  /**
   * `keep`: agents go on. Else every start of ours there is ended, and then looked for again; `lastLook`: what is to be
   * read there when all have ended.
   * @returns the pids that live on; null when nothing was to be ended, or the machine cannot be reached.
   */
  async stop(keep: boolean, lastLook = async (): Promise<void> => {}): Promise<readonly number[] | null> {
    this.#stopped = true
    this.#ready = false
    clearTimeout(this.#retry)
    try {
      // A session may be in the making: it would come after its end, or be cut off in the middle of a file.
      if (this.link.state.status === 'up') await this.#bringingUp
      const agents = this.#session
      if (agents === null || (!keep && this.link.state.status !== 'up')) return null
      // First the programs: each launcher then sees its own end, records it and waits for what it started.
      if (!keep) await endStarts(this, [`${this.paths.root}/`])
      await agents.dispose(keep)
      if (keep) return null
      await this.#removeSecrets()
      await lastLook()
      return await endStarts(this, [`${this.paths.root}/`])
    } finally {
      this.shell.dispose()
      await this.link.stop()
    }
  }

  /** Secrets and pipes of starts that were cut off: a launcher that comes to its end removes its own. */
  async #removeSecrets(): Promise<void> {
    const script =
      'cd "$1" && { rm -f -- *.start/gen.*/env *.start/gen.*/raw *.start/gen.*/copy *.start/gen.*/first *.start/gen.*/seen *.start/gen.*/output.part; rm -rf -- .new.*; }'
    await this.shell.run(script, { args: [this.paths.root] })
  }

  // --- agents ---------------------------------------------------------------------------------------------------------

  agentDir(agent: AgentId): string {
    return this.paths.agent(agent)
  }

  /** Where what its CLI is started with stands: its sandbox may not write there. */
  startDir(agent: AgentId): string {
    return this.paths.start(agent)
  }

  list(): Promise<readonly AgentPane[]> {
    return this.session.list()
  }

  /** Where that start of the agent is reached, of which the journal says `pane`. */
  paneOf(agent: AgentId, generation: number, pane: PaneId): PaneId {
    return this.#session?.paneOf(agent, generation, pane) ?? pane
  }

  /** See `AgentRecords`. */
  readAgent(agent: AgentId, generation: number, attempt: AttemptId | null): Promise<AgentFiles> {
    return this.#records.read(this.paths.root, agent, generation, attempt)
  }

  async putFiles(files: readonly PlacedFile[]): Promise<void> {
    await this.place(placeLines(this.paths.root, files))
  }

  /** @param lines for `runPlacing` */
  async place(lines: readonly string[]): Promise<Placed> {
    const placed = await runPlacing(this.shell, this.paths.root, lines)
    for (const one of placed.planted) this.#emit({ type: 'planted', ...one })
    return placed
  }

  putFile(path: string, text: string): Promise<void> {
    return this.putFiles([{ path, text }])
  }

  capture(panes: readonly PaneId[], options: CaptureOptions): Promise<Map<PaneId, PaneCapture>> {
    return this.session.capture(panes, options)
  }

  /** `mark`: the first that `typedMarks` answers from then on. `submit`: a key behind it, in the same step. */
  paste(
    pane: PaneId,
    text: string,
    options: { readonly bracketed: boolean; readonly mark: string; readonly submit: string | null },
  ): Promise<void> {
    const { bracketed, mark } = options
    const submit = options.submit === null ? undefined : bytesOf(options.submit)
    return this.session.paste(pane, text, { bracketed, mark, submit })
  }

  /** Keys as hex words: `0d`, `1b 5b 41`. */
  async keys(pane: PaneId, keys: readonly string[], mark?: string): Promise<void> {
    for (const key of keys) await this.session.sendKeys(pane, bytesOf(key), mark)
  }

  typedMarks(pane: PaneId): Promise<readonly string[]> {
    return this.session.typedMarks(pane)
  }

  /** What it stands on there was swept away: made anew, and everybody who listens looks again. */
  async comeUpAgain(): Promise<void> {
    this.#ready = false
    await this.#bringUp()
    if (!this.#ready) throw this.#notReady()
  }

  // --- coming up ------------------------------------------------------------------------------------------------------

  #linkChanged(state: LinkState): void {
    switch (state.status) {
      case 'up':
        void this.#bringUp()
        break
      case 'down':
        this.#lost('offline', withHint(state.reason, state.hint))
        break
      case 'failed':
        this.#lost('offline', withHint(state.reason, state.hint))
        break
      case 'idle':
      case 'connecting':
        break
      default:
    }
  }

  #lost(state: MachineState, reason: string): void {
    this.#ready = false
    clearTimeout(this.#retry)
    this.#setState(state, reason)
  }

  #bringUp(): Promise<void> {
    if (this.#stopped) return Promise.resolve()
    return (this.#bringingUp ??= this.#tryToBringUp())
  }

  async #tryToBringUp(): Promise<void> {
    clearTimeout(this.#retry)
    try {
      await this.#connect()
      this.#failures = 0
    } catch (error) {
      this.#ready = false
      if (this.#stopped) return
      const up = this.link.state.status === 'up'
      const hint = error instanceof OrchestraError ? (error.hint ?? null) : null
      const reason = messageOf(error)
      if (up) this.#setState('degraded', withHint(reason, hint))
      const wait = RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)] ?? 10_000
      if (up) this.#retry = setTimeout(() => void this.#bringUp(), wait)
    } finally {
      this.#bringingUp = null
    }
    // The link may have gone and come back while we were busy.
    if (!this.#ready && !this.#stopped && this.link.state.status === 'up' && this.#failures === 0)
      void this.#bringUp()
  }

  async #connect(): Promise<void> {
    if (this.#facts === null) {
      const probed = await probeHost(this.shell, { login: this.#options.environment === undefined })
      this.#facts = probed.facts
      this.#login = probed.login
    }
    const facts = this.#facts
    if (facts.tmuxPath === null) {
      this.#facts = null
      throw new OrchestraError(`there is no tmux on ${this.machine.id}`, {
        kind: 'failed',
        hint: 'Install tmux 3.2 or newer there, or put it on the PATH of a login shell.',
      })
    }
    const { machine, storeId } = this.#options
    const state = this.#options.stateDir ?? `${facts.home}/.local/state/orchestra`
    this.#paths = hostPaths(state, this.#ownName, storeId)
    await placeTools(this.shell, this.paths)
    // Of placings that were cut off.
    const sweep = 'find "$1" -maxdepth 1 -name ".new.*" -mmin +10 -exec rm -rf {} +'
    void this.shell.run(sweep, { args: [this.paths.root], lane: 'bulk' }).catch(() => {})
    this.#session ??= this.#makeSession(facts.tmuxPath)
    const agents = this.#session
    const ensured = await agents.ensure().catch((error: unknown) => {
      throw tmuxHangs(error, machine.id, this.#options.socket)
    })
    this.#tmuxVersion = ensured.version
    const panes = await this.#session.list()
    if (this.link.state.status !== 'up' || this.#stopped)
      throw new OrchestraError(`the link to ${machine.id} was lost`, { kind: 'unreachable' })
    this.#ready = true
    this.#emit({ type: 'ready', reset: ensured.reset, panes })
    this.#setState('online', null)
  }

  /** Two machines of a layout may be one host under two names: they must not take each other for their own. */
  get #ownName(): SessionName {
    return checkedId<SessionName>(`${this.#options.session}-${this.machine.id}`)
  }

  #makeSession(tmux: string): AgentServers {
    const made = agentServers(this.#options, this.#ownName, { shell: this.shell, tmux, dir: this.paths.root })
    made.on((event) => {
      if (event.type === 'pulse') return this.#pulse(event.answers)
      this.#emit(event)
      if (event.type !== 'closed') return
      this.#ready = false
      if (this.#stopped || this.link.state.status !== 'up') return
      this.#setState('degraded', `tmux: ${event.cause.reason ?? event.cause.cause}`)
      void this.#bringUp()
    })
    return made
  }

  /** Nothing was ended, and nothing is known of what runs there until it goes on; then everybody looks again. */
  #pulse(answers: boolean): void {
    if (this.#stopped || this.#bringingUp !== null) return
    if (!answers) {
      const hint = `\`${fix('tmux.list', this.#options.socket)}\` there hangs, too; nothing was ended, and it goes on by itself when tmux does`
      return this.#lost('degraded', withHint(`tmux on ${this.machine.id} does not answer`, hint))
    }
    const session = this.#session
    session?.list().then(
      (panes) => {
        if (this.#stopped || this.#ready || this.#bringingUp !== null || this.link.state.status !== 'up')
          return
        this.#ready = true
        this.#emit({ type: 'ready', reset: null, panes })
        this.#setState('online', null)
      },
      () => void this.#bringUp(),
    )
  }

  #setState(state: MachineState, reason: string | null): void {
    // It is told beside the machine's name.
    const own = `${this.machine.id}: `
    const why = reason?.startsWith(own) === true ? reason.slice(own.length) : reason
    if (this.#state === state && this.#reason === why) return
    this.#state = state
    this.#reason = why
    this.#emit({ type: 'state', state, reason: why })
  }

  #emit(event: HostEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  #notReady(): OrchestraError {
    return new OrchestraError(
      `${this.machine.id} cannot be reached now${this.#reason === null ? '' : `: ${this.#reason}`}`,
      {
        kind: 'unreachable',
        hint: `\`${fix('doctor.machine', this.machine.id)}\` says more.`,
        details: { delivered: 'not_sent' },
      },
    )
  }
}

function withHint(reason: string, hint: string | null): string {
  return hint === null ? reason : `${reason} (${hint})`
}

function bytesOf(key: string): Uint8Array {
  return Buffer.from(key.replaceAll(' ', ''), 'hex')
}
