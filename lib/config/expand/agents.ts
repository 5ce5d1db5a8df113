import { formatCycle } from '../../core/dag/find-cycle.js'
import type { AgentId, MachineId } from '../../core/ids.js'
import { didYouMean } from '../../core/layout/did-you-mean.js'
import type { AgentBehaviour, AgentSpec } from '../../core/layout/model.js'
import { BUILT_IN_AGENT_TYPES } from '../../core/layout/model.js'
import type { Report } from '../../core/layout/report.js'
import { quote } from '../../core/layout/report.js'
import type { YamlMap } from '../located.js'
import { isMap } from '../located.js'
import { STANDBY_REASONS } from '../../core/phases/plan-specs.js'
import * as read from './read.js'

const RESTARTS = ['never', 'on-failure', 'always'] as const
const ON_LIMIT = ['wait', 'hold', 'move'] as const
const MODES = ['interactive', 'headless'] as const

/** A type with everything above it: nearest first, behaviour at the end. */
interface ResolvedType {
  readonly behaviour: AgentBehaviour
  readonly chain: readonly YamlMap[]
  /** Something about it was complained about already. */
  readonly broken: boolean
}

export function expandAgents(root: YamlMap, local: MachineId, report: Report): AgentSpec[] {
  const types = resolveTypes(read.map(root, 'agent_types'), report)
  return Object.entries(read.map(root, 'agents')).map(([id, value]) => {
    const map = isMap(value) ? value : (Object.create(null) as YamlMap)
    const named = typeof value === 'string' ? value : read.text(map, 'type')
    const hasCommand = read.argv(map, 'command').length > 0
    const type = named ?? (hasCommand ? 'command' : null)
    const place = isMap(value) && 'type' in map ? ['agents', id, 'type'] : ['agents', id]
    let resolved = type === null ? undefined : (types.get(type) ?? builtIn(type))
    if (type === null) {
      // A type of the wrong kind has been complained about already.
      if (isMap(value) && !('type' in map))
        report(place, `agent ${id} has no type (${BUILT_IN_AGENT_TYPES.join(', ')})`)
    } else if (resolved === undefined) {
      const names = [...BUILT_IN_AGENT_TYPES, ...types.keys()]
      const hint = didYouMean(type, names) || ` (there are ${[...new Set(names)].join(', ')})`
      report(place, `there is no agent type ${quote(type)}${hint}`)
    }
    resolved ??= { behaviour: 'command', chain: [], broken: true }
    const agent = mergeAgent(id, type ?? 'command', resolved, map, local)
    if (
      resolved.behaviour === 'command' &&
      !resolved.broken &&
      agent.command.length === 0 &&
      !('command' in map)
    ) {
      report(place, `agent ${id} is of type command and needs a command`)
    }
    return agent
  })
}

function mergeAgent(
  id: string,
  type: string,
  resolved: ResolvedType,
  own: YamlMap,
  local: MachineId,
): AgentSpec {
  const layers = [own, ...resolved.chain]
  const first = <T>(get: (map: YamlMap) => T | null): T | null => {
    for (const layer of layers) {
      const value = get(layer)
      if (value !== null) return value
    }
    return null
  }
  const stallMs = first(stallOf) ?? DEFAULT_STALL_MS
  const list = (key: string) => first((map) => (key in map ? read.texts(map, key) : null)) ?? []
  return {
    id: id as AgentId,
    type,
    behaviour: resolved.behaviour,
    command: first((map) => (read.argv(map, 'command').length > 0 ? read.argv(map, 'command') : null)) ?? [],
    env: Object.assign({}, ...[...layers].reverse().map((map) => read.env(map, 'env'))) as Record<
      string,
      string
    >,
    machine: (read.text(own, 'machine') as MachineId | null) ?? local,
    role: first((map) => read.text(map, 'role')),
    label: read.text(own, 'label'),
    cwd: first((map) => read.text(map, 'cwd')),
    fallback: read.text(own, 'fallback'),
    restart: first((map) => read.oneOf(map, 'restart', RESTARTS)) ?? 'never',
    autoTrust: list('auto_trust'),
    autoApprove: list('auto_approve'),
    onLimit: first((map) => read.oneOf(map, 'on_limit', ON_LIMIT)) ?? 'wait',
    stallMs: stallMs === 'never' ? null : stallMs,
    mode: first((map) => read.oneOf(map, 'mode', MODES)) ?? 'interactive',
    standby: STANDBY_REASONS.filter((reason) => read.texts(own, 'standby').includes(reason)),
  }
}

const DEFAULT_STALL_MS = 10 * 60_000

function stallOf(map: YamlMap): number | 'never' | null {
  return read.oneOf(map, 'stall_after', ['never'] as const) ?? read.duration(map, 'stall_after')
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
      const base = read.text(map, 'extends') ?? defaultBase(at, map)
      if (base === null) {
        if (!('extends' in map)) report(['agent_types', at], `type ${at} does not say what it extends`)
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
  return 'command' in map && !('extends' in map) ? 'command' : null
}

function builtIn(name: string): ResolvedType | undefined {
  const behaviour = BUILT_IN_AGENT_TYPES.find((known) => known === name)
  return behaviour === undefined ? undefined : { behaviour, chain: [], broken: false }
}
