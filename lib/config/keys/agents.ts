/** `agent_types:` and `agents:`. */
import * as z from 'zod'
import { formatCycle } from '../../core/dag/find-cycle.js'
import type { AgentId, MachineId } from '../../core/ids.js'
import { didYouMean } from '../../core/layout/did-you-mean.js'
import { BUILT_IN_AGENT_TYPES, type AgentBehaviour } from '../../core/layout/agent-types.js'
import type { AgentSpec } from '../../core/layout/model.js'
import { PERMISSIONS } from '../../core/access/permissions.js'
import { STANDBY_REASONS } from '../../core/phases/plan-specs.js'
import type { Report } from '../../core/layout/report.js'
import { quote } from '../../core/layout/report.js'
import { isMap, type YamlMap } from '../located.js'
import { MOST_OF_ONE } from '../written-out/counted-agents.js'
import { adoptedPane } from './adopted.js'
import { described, keys, whole, type Docs, type Values } from './key.js'
import {
  bases,
  command,
  count,
  duration,
  env,
  id,
  line,
  orWord,
  path,
  section,
  texts,
  title,
  withTemplates,
  word,
} from './kinds.js'
import { access } from './roles.js'
import { treeOfAgent } from './trees.js'

/** What a type says for its agents, and an agent for itself. */
const shared = keys(() => ({
  command: command(),
  env: env(),
  role: id(),
  cwd: path(),
  restart: word('never', 'on-failure', 'always'),
  auto_trust: texts(path()),
  auto_approve: texts(line(500)),
  on_limit: word('wait', 'hold', 'move'),
  stall_after: orWord('never', duration()),
  mode: word('interactive', 'headless'),
}))
const agentType = keys(() => ({ extends: id(), ...shared.table() }))
const agent = keys(() => ({
  extends: bases(),
  count: count(1, MOST_OF_ONE),
  type: described(id(), `a type of agent_types, or ${BUILT_IN_AGENT_TYPES.join(', ')}`),
  machine: id<MachineId>(),
  label: title(),
  fallback: id(),
  standby: texts(word(...STANDBY_REASONS)),
  access: access(),
  tree: treeOfAgent(),
  adopt: adoptedPane(),
  ...shared.table(),
}))

const PLACE = 'on which machine, in which [directory](#directories), for which tasks'
export const AGENT_DOCS: Docs<typeof agentType> & Docs<typeof agent> = {
  type: 'built in: {types}; or one of `agent_types`',
  extends:
    'of a type: another one, or one that is built in; of an agent: a template ([templates](#templates))',
  count: 'so many of them: `CG` with `count: 9` is CG-1 … CG-9 ([templates](#templates))',
  command: 'argv, or a line of words. No shell. `~/` is HOME of its machine',
  env: 'given through a 0600 file, never in argv',
  machine: PLACE,
  cwd: PLACE,
  role: PLACE,
  label: 'a name for people',
  tree: 'a pool of `trees`: it works in a [worktree](worktrees.md) in place of `cwd`; or `{ pool, hold: agent }`',
  fallback: 'an agent or a role that takes its tasks when it is gone (estimate +50 %)',
  adopt:
    'a pane of your own tmux in which it runs already, `{ socket: default, pane: "%3", pid: 4711 }`: mirrored, read, sent to and answered, never resized, restarted or ended ([without a file](without-a-file.md#adopt))',
  standby:
    'the agent starts only for one of these reasons, and stops when it is idle again: `role_short`, `blocked`, `limited` ([plan.md](plan.md))',
  access:
    'permissions of calls that come from it, beside those of the role `agent`: `[agents:send, tasks:write]` for one that orchestrates ([permissions.md](permissions.md)). Never `answers:write`, `admin:access`',
  restart: '`never` (default), `on-failure`, `always`',
  auto_trust: 'directories whose trust dialog is answered in advance',
  auto_approve: 'texts; a permission prompt that contains one of them is answered yes',
  on_limit:
    'a usage limit: `wait` and go on, `hold` for a person, `move` the task. `wait` goes on after the reset; without a known one after 5 min, 10 min, … 1 h; after a 429 that ended the turn after 1 min, 2 min, …',
  stall_after:
    'work that shows no change for so long needs a look: `10m` (default), another duration, `never`',
  mode: '`interactive` (default), or `headless`: a process for each task, without a screen ([agents.md](agents.md#headless)). For {headless types}',
}

export const agentTypes = () => section(agentType.schema)
const entry = () => z.union([id().schema(), agent.schema()])
export const agents = () => withTemplates(section<AgentId>(entry), entry)

type Entries<T extends string = string> = readonly (readonly [T, unknown])[]
type Shared = Values<typeof shared>

/** A type with everything above it: nearest first, behaviour at the end. */
interface ResolvedType {
  readonly behaviour: AgentBehaviour
  readonly chain: readonly YamlMap[]
  /** Something about it was complained about already. */
  readonly broken: boolean
}

export function expandAgents(
  typeEntries: Entries,
  entries: Entries<AgentId>,
  local: MachineId,
  report: Report,
): AgentSpec[] {
  const types = resolveTypes(Object.fromEntries(typeEntries), report)
  return entries.map(([id, value]) => {
    const own = agent.read(value)
    const type = (typeof value === 'string' ? value : own.type) ?? (own.command === null ? null : 'command')
    const hasType = isMap(value) && agent.has(value, 'type')
    const place = hasType ? ['agents', id, 'type'] : ['agents', id]
    let resolved = type === null ? undefined : (types.get(type) ?? builtIn(type))
    if (type === null) {
      // A type of the wrong kind has been complained about already.
      if (isMap(value) && !hasType)
        report(place, `agent ${id} has no type (${BUILT_IN_AGENT_TYPES.join(', ')})`)
    } else if (resolved === undefined) {
      const names = [...BUILT_IN_AGENT_TYPES, ...types.keys()]
      const hint = didYouMean(type, names) || ` (there are ${[...new Set(names)].join(', ')})`
      report(place, `there is no agent type ${quote(type)}${hint}`)
    }
    resolved ??= { behaviour: 'command', chain: [], broken: true }
    const spec = mergeAgent(id, type ?? 'command', resolved, own, local)
    const saysCommand = isMap(value) && agent.has(value, 'command')
    if (
      resolved.behaviour === 'command' &&
      !resolved.broken &&
      spec.command.length === 0 &&
      !saysCommand &&
      spec.adopt === null
    )
      report(place, `agent ${id} is of type command and needs a command`)
    return spec
  })
}

const DEFAULT_STALL_MS = 10 * 60_000

function mergeAgent(
  id: AgentId,
  type: string,
  { behaviour, chain }: ResolvedType,
  own: Values<typeof agent>,
  local: MachineId,
): AgentSpec {
  const { extends: _of, count: _many, type: _named, machine, label, ...more } = own
  const { fallback, standby, access, tree, adopt, ...nearest } = more
  const { command, restart, auto_trust, auto_approve, on_limit, stall_after, mode, ...rest } = merged([
    nearest,
    ...chain.map(shared.read),
  ])
  return whole<AgentSpec>()({
    ...rest,
    id,
    type,
    behaviour,
    command: command ?? [],
    machine: machine ?? local,
    label,
    fallback,
    // Only its owner starts an adopted agent.
    restart: adopt === null ? (restart ?? 'never') : 'never',
    autoTrust: auto_trust ?? [],
    autoApprove: auto_approve ?? [],
    onLimit: on_limit ?? 'wait',
    stallMs: stall_after === 'never' ? null : (stall_after ?? DEFAULT_STALL_MS),
    mode: mode ?? 'interactive',
    tree,
    adopt,
    standby: STANDBY_REASONS.filter((reason) => standby?.includes(reason)),
    access: PERMISSIONS.filter((name) => access?.includes(name)),
  })
}

/** What the nearest says that says anything; variables of all. */
function merged(layers: readonly Shared[]): Shared {
  const result: Record<string, unknown> = {}
  for (const name of shared.names())
    result[name] = layers.find((layer) => layer[name] !== null)?.[name] ?? null
  return { ...(result as Shared), env: Object.assign({}, ...layers.map(({ env }) => env).toReversed()) }
}

/** A type that extends its own name means the one that is built in. */
function resolveTypes(types: YamlMap, report: Report): Map<string, ResolvedType> {
  const resolved = new Map<string, ResolvedType>()
  const reported = new Set<string>()
  for (const name of Object.keys(types)) {
    const chain: YamlMap[] = []
    const walk: string[] = []
    let at = name
    let behaviour: AgentBehaviour | undefined
    while (behaviour === undefined) {
      const map = types[at]
      if (!isMap(map)) break
      if (walk.includes(at)) {
        const circle = [...walk.slice(walk.indexOf(at)), at]
        const key = [...new Set(circle)].sort().join(' ')
        if (!reported.has(key))
          report(['agent_types', at, 'extends'], `types extend each other: ${formatCycle(circle)}`)
        reported.add(key)
        break
      }
      walk.push(at)
      chain.push(map)
      const base = agentType.read(map).extends ?? defaultBase(at, map)
      if (base === null) {
        if (!agentType.has(map, 'extends'))
          report(['agent_types', at], `type ${at} does not say what it extends`)
        break
      }
      if (base !== at && isMap(types[base])) at = base
      else {
        behaviour = builtIn(base)?.behaviour
        if (behaviour === undefined) {
          if (at === name) {
            const names = [...BUILT_IN_AGENT_TYPES, ...Object.keys(types).filter((type) => type !== name)]
            report(
              ['agent_types', at, 'extends'],
              base === at
                ? `type ${at} extends itself, but no type of that name is built in`
                : `there is no agent type ${quote(base)}${didYouMean(base, names)}`,
            )
          }
          break
        }
      }
    }
    resolved.set(name, { behaviour: behaviour ?? 'command', chain, broken: behaviour === undefined })
  }
  return resolved
}

function defaultBase(name: string, map: YamlMap): string | null {
  if (builtIn(name) !== undefined) return name
  return agentType.has(map, 'command') && !agentType.has(map, 'extends') ? 'command' : null
}

function builtIn(name: string): ResolvedType | undefined {
  const behaviour = BUILT_IN_AGENT_TYPES.find((known) => known === name)
  return behaviour === undefined ? undefined : { behaviour, chain: [], broken: false }
}
