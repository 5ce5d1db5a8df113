import type { Layout } from '../../core/layout/model.js'
import { runDir, type HomePaths } from '../../home/paths.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Part } from '../kernel/part.js'
import type { Projections } from './projections.js'

/** The directory of the protocol files: the layout's, or ours. */
export class RunDirectory implements Part {
  readonly name = 'run directory'
  readonly #loop: Pick<Kernel['loop'], 'state'>
  readonly #own: string
  readonly #projections: Pick<Projections, 'open'>
  #opened: string | null = null

  constructor(
    { loop, session }: Pick<Kernel, 'loop' | 'session'>,
    paths: HomePaths,
    projections: Pick<Projections, 'open'>,
  ) {
    this.#loop = loop
    this.#own = runDir(paths, session)
    this.#projections = projections
  }

  start(): void {
    const { layout } = this.#loop.state
    if (layout !== null) this.open(layout)
  }

  /** @throws OrchestraError(usage) for a directory that is not safely ours. */
  open(layout: Layout): void {
    const dir = layout.runDir ?? this.#own
    if (dir === this.#opened) return
    this.#projections.open(dir)
    this.#opened = dir
  }

  /** Where it is, or will be. */
  get path(): string {
    return this.#opened ?? this.#own
  }

  /** null: no layout counts yet. */
  get opened(): string | null {
    return this.#opened
  }
}
