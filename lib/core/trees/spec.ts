/** What a layout says of repositories and of their pools of worktrees. */
import { fields, flag, list, names, number, orNull, text, word } from '../shape.js'
import type { Millis } from '../time.js'

export interface RepositorySpec {
  readonly id: string
  /** The person's checkout on each machine; `~` is `$HOME` there. We read it and never write it. */
  readonly paths: Readonly<Record<string, string>>
  /** The branch that work starts from and lands on. */
  readonly base: string
  /** A remote of that checkout, whose `base` counts; null: the checkout's own branch. */
  readonly remote: string | null
  /** Whether a change of the checkout while an attempt works makes a person look. */
  readonly watch: boolean
}

/** A pool: at most `size` worktrees on each machine that the repository has a path for. */
export interface TreePoolSpec {
  readonly id: string
  readonly repository: string
  readonly size: number
  readonly dir: string
  /** Shell lines that are run in a new tree, and again when a file of `setupKey` has changed. */
  readonly setup: readonly string[]
  readonly setupKey: readonly string[]
  /** Files that are copied from the checkout; null: those of its `.worktreeinclude`. */
  readonly copy: readonly string[] | null
  /** By the name of the variable: tree n gets this port plus ten times n. */
  readonly ports: Readonly<Record<string, number>>
  /** A tree that nobody used for so long is removed. */
  readonly keepMs: Millis
  readonly submodules: 'auto' | 'never'
}

/** `attempt`: the agent is started anew in a tree for each attempt. `agent`: it keeps its tree, and lives on between attempts. */
export interface AgentTree {
  readonly pool: string
  readonly hold: 'attempt' | 'agent'
}

export const repositoryShape = fields<RepositorySpec>({
  id: text(),
  paths: names(text()),
  base: text(),
  remote: orNull(text()),
  watch: flag,
})

export const treePoolShape = fields<TreePoolSpec>({
  id: text(),
  repository: text(),
  size: number,
  dir: text(),
  setup: list(text()),
  setupKey: list(text()),
  copy: orNull(list(text())),
  ports: names(number),
  keepMs: number,
  submodules: word('auto', 'never'),
})

export const agentTreeShape = fields<AgentTree>({ pool: text(), hold: word('attempt', 'agent') })

export const PORT_STEP = 10
export const DEFAULT_TREES_DIR = '~/orchestra-trees'
export const DEFAULT_KEEP_MS = 24 * 3_600_000
export const DEFAULT_SIZE = 3

/** Where the repository's checkout is on a machine; undefined: no tree can be made there. */
export function checkoutOf(repository: RepositorySpec, machine: string): string | undefined {
  return Object.hasOwn(repository.paths, machine) ? repository.paths[machine] : undefined
}
