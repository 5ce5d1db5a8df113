/** `repositories:`, `trees:`, and `tree:` of agents and tasks. */
import * as z from 'zod'
import {
  DEFAULT_KEEP_MS,
  DEFAULT_SIZE,
  DEFAULT_TREES_DIR,
  type AgentTree,
  type RepositorySpec,
  type TreePoolSpec,
} from '../../core/trees/spec.js'
import { isMap } from '../located.js'
import { keys, required, whole, type Docs, type Key } from './key.js'
import { count, duration, id, idSchema, matching, path, section, text, texts, word } from './kinds.js'
import { textOf } from './read.js'

/** What git takes for a branch, and a shell for one word. */
export const branch = () =>
  matching(
    /^(?![-./])(?!.*(?:\.\.|\/\/|\/\.|@\{|\.lock(?:\/|$)))[A-Za-z0-9._/@+-]{1,200}(?<![./])$/,
    'is not the name of a branch',
  )

const machinePaths = (): Key<Readonly<Record<string, string>>> => ({
  schema: () => z.record(idSchema(), path().schema()),
  read: (value) =>
    Object.fromEntries(
      Object.entries(isMap(value) ? value : {}).flatMap(([machine, at]) =>
        typeof at === 'string' ? [[machine, at]] : [],
      ),
    ),
})

const repository = keys(() => ({
  machine_paths: required(machinePaths()),
  base: branch(),
  remote: id(),
  watch: word('checkout', 'nothing'),
}))
export const REPOSITORY_DOCS: Docs<typeof repository> = {
  machine_paths: 'your checkout on each machine where trees are made. It is read and never written',
  base: 'the branch that work starts from and lands on; default `main`',
  remote: 'a remote of that checkout, whose branch counts; without it the branch of the checkout itself',
  watch:
    '`checkout` (default): an attempt during which the checkout changed needs a look. `nothing`: it is not looked at',
}

const ports = (): Key<Readonly<Record<string, number>>> => ({
  schema: () =>
    z.record(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'is not a name for an environment variable' }),
      z.int().min(1).max(65_000),
    ),
  read: (value) =>
    Object.fromEntries(
      Object.entries(isMap(value) ? value : {}).flatMap(([name, port]) =>
        typeof port === 'number' ? [[name, port]] : [],
      ),
    ),
})

const pool = keys(() => ({
  repository: required(id()),
  size: count(1, 1000),
  dir: path(),
  setup: texts(text()),
  setup_key: texts(path()),
  copy: texts(path()),
  ports: ports(),
  keep: duration(),
  submodules: word('auto', 'never'),
}))
export const TREES_DOCS: Docs<typeof pool> = {
  repository:
    'of `repositories`; a number in place of the whole entry is the size of a pool for the repository of that name',
  size: 'how many trees may stand on a machine; default 3',
  dir: 'where they stand, on each machine; default `~/orchestra-trees`',
  setup:
    'shell lines that are run in a tree before its first use, and when a file of `setup_key` has changed',
  setup_key: 'files whose contents decide whether `setup` runs again; none: it runs once a tree',
  copy: 'files that git does not know, copied from your checkout; without it those of its `.worktreeinclude`',
  ports:
    'by the name of the variable: tree n gets this number plus ten times n; a port in use is passed over',
  keep: 'a tree that nobody used for so long is removed, if nothing is lost with it; default 24h',
  submodules: '`auto` (default): they are made with the tree; `never`',
}

const agentTree = keys(() => ({ pool: required(id()), hold: word('attempt', 'agent') }))
export const AGENT_TREE_DOCS: Docs<typeof agentTree> = {
  pool: 'of `trees`; the name alone means it, too',
  hold: '`attempt` (default): a tree and a new start for each attempt. `agent`: it keeps tree and conversation over its attempts',
}

/** `tree:` of an agent. */
export const treeOfAgent = (): Key<AgentTree | null> => ({
  schema: () => z.union([idSchema(), agentTree.schema()]),
  read: (value) => {
    if (typeof value === 'string') return { pool: value, hold: 'attempt' }
    if (!isMap(value)) return null
    const { pool, hold, ...rest } = agentTree.read(value)
    return pool === null ? null : whole<AgentTree>()({ ...rest, pool, hold: hold ?? 'attempt' })
  },
})

export const repositories = () => section(repository.schema)
export const trees = () => section(() => z.union([z.int().min(1).max(1000), pool.schema()]))

export function expandRepositories(entries: readonly (readonly [string, unknown])[]): RepositorySpec[] {
  return entries.flatMap(([id, value]) => {
    if (!isMap(value)) return []
    const { machine_paths, base, watch, ...rest } = repository.read(value)
    return [
      whole<RepositorySpec>()({
        ...rest,
        id,
        paths: machine_paths,
        base: base ?? 'main',
        watch: watch !== 'nothing',
      }),
    ]
  })
}

export function expandTrees(entries: readonly (readonly [string, unknown])[]): TreePoolSpec[] {
  return entries.flatMap(([id, value]) => {
    if (typeof value !== 'number' && !isMap(value)) return []
    const { repository, size, dir, setup, setup_key, keep, submodules, ...rest } = pool.read(value)
    return [
      whole<TreePoolSpec>()({
        ...rest,
        id,
        repository: typeof value === 'number' ? id : (repository ?? ''),
        size: typeof value === 'number' ? value : (size ?? DEFAULT_SIZE),
        dir: dir ?? DEFAULT_TREES_DIR,
        setup: setup ?? [],
        setupKey: setup_key ?? [],
        keepMs: keep ?? DEFAULT_KEEP_MS,
        submodules: submodules ?? 'auto',
      }),
    ]
  })
}

/** The section of a task: the name of a pool. */
export const treeOfTask = (): Key<string | null> => ({ schema: idSchema, read: textOf })
