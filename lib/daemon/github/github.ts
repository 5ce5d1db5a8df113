/** GitHub as a layer: nothing of it is loaded before a layout connects a machine. */
import type { GithubRow } from '../../core/github/rows.js'
import type { Layout } from '../../core/layout/model.js'
import type { PullAnswer, PullAsk } from '../../core/merges/pull-ask.js'
import type { LiveFacts } from '../../core/run/rows/status-document.js'
import { OrchestraError } from '../../core/errors.js'
import { didYouMean } from '../../core/layout/did-you-mean.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Followers, Part } from '../kernel/part.js'
import type { Posts } from '../kernel/posts.js'
import type { AsPrincipal } from './commands.js'
import type { Connected, ConnectedNeeds } from './connected.js'
import type { Connection } from './connection.js'

export class Github implements Part {
  readonly name = 'github'
  readonly facts: Pick<LiveFacts, 'github'> = { github: () => this.#rows() }
  readonly follows: Followers = {
    'layout.applied': () => this.#apply(this.#kernel.loop.state.layout),
    'run.started': () => this.#connected?.wake(),
    'run.resumed': () => this.#connected?.wake(),
    'gate.checked': () => this.#connected?.wake(),
  }
  readonly posts: Posts = { post: ({ task }) => this.#post(task) }
  #ask: AsPrincipal = () => Promise.reject(new Error('requests are not served yet'))
  readonly #kernel: Kernel
  readonly #needs: Omit<ConnectedNeeds, 'kernel' | 'ask'>
  #loading: Promise<Connected> | null = null
  #connected: Connected | null = null
  #isStopped = false

  constructor(kernel: Kernel, needs: Omit<ConnectedNeeds, 'kernel' | 'ask'>) {
    this.#kernel = kernel
    this.#needs = needs
  }

  start(): void {
    this.#apply(this.#kernel.loop.state.layout)
  }

  /** By which way commands in comments become requests. */
  obeyBy(ask: AsPrincipal): void {
    this.#ask = ask
  }

  show(): void {
    this.#connected?.changed()
  }

  stop(): void {
    this.#isStopped = true
    this.#connected?.stop()
  }

  async leave(): Promise<void> {
    await this.#connected?.leave()
  }

  /** The connection that a person means: of a machine, or the only one. */
  async connection(machine: string | null): Promise<Connection> {
    const connected = await this.#loading
    const found = connected?.get(machine)
    if (found !== undefined) return found
    const known = connected?.machines ?? []
    if (known.length === 0)
      throw new OrchestraError('no machine of the layout is connected to GitHub', {
        kind: 'refused',
        hint: 'A machine of kind github is connected by an entry under its id in `github:` (docs/github.md).',
      })
    throw new OrchestraError(
      machine === null
        ? 'there are several connections'
        : `${machine} is not connected${didYouMean(machine, known)}`,
      { kind: 'usage', hint: `--on names one of them: ${known.join(', ')}` },
    )
  }

  /** The connection of that machine, or all of them; an empty list is not an error. */
  async connections(machine: string | null = null): Promise<readonly Connection[]> {
    if (machine !== null) return [await this.connection(machine)]
    return (await this.#loading)?.all ?? []
  }

  /** Of a branch that was pushed; asked again, it is made once. */
  async pull(ask: PullAsk): Promise<PullAnswer> {
    const connected = await this.#loading
    return connected === null
      ? { reason: 'no machine of `kind: github` is connected (`github:` in the layout)' }
      : connected.pull(ask)
  }

  /** The escalation stands in the state already: each connection writes it from there, so none writes it twice. */
  async #post(task: string | null): Promise<void> {
    const connections = await this.connections()
    if (connections.length === 0) throw new Error('no machine of the layout is connected to GitHub')
    const refused = connections.flatMap(({ writing }) => {
      try {
        writing.demandPost(task)
        return []
      } catch (error) {
        if (!(error instanceof OrchestraError)) throw error
        return [error]
      }
    })
    const [first] = refused
    if (first !== undefined && refused.length === connections.length) throw first
  }

  #rows(): readonly GithubRow[] {
    return this.#connected?.rows ?? []
  }

  #apply(layout: Layout | null): void {
    if (layout === null || this.#isStopped) return
    if (layout.github.length === 0 && this.#loading === null) return
    this.#loading ??= import('./connected.js').then((module) => {
      this.#connected = new module.Connected({
        kernel: this.#kernel,
        ...this.#needs,
        ask: (...asked) => this.#ask(...asked),
      })
      return this.#connected
    })
    this.#loading
      .then((connected) => {
        if (!this.#isStopped) connected.apply(layout)
      })
      .catch((error: unknown) => this.#kernel.log.error({ err: error }, 'GitHub cannot be connected'))
  }
}
