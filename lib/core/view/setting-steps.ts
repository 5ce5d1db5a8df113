/** What of a layout is neither agent, task nor window, as steps: machines, MCP servers, and how the run goes. */
import { roleNamed, type RoleSpec } from '../access/roles.js'
import type { Layout, Machine } from '../layout/model.js'
import type { PlanStep } from '../protocol/api.js'
import type { RunState } from '../run/state.js'
import { tilde } from '../text/tilde.js'
import { entrySteps, isPlain, said } from './entry-steps.js'
import { planStep } from './plan-step.js'
import { sameValue } from '../same-value.js'

/** Nothing of it is a change where no layout counted before. */
export function settingSteps(before: RunState | null, layout: Layout, home: string | null): PlanStep[] {
  const old = before?.layout ?? null
  if (before === null || old === null) return []
  return [
    ...machineSteps(before, old, layout),
    ...mcpSteps(old, layout),
    ...entrySteps('phase', old.phases, layout.phases),
    ...entrySteps('milestone', old.milestones, layout.milestones),
    ...entrySteps('person', old.people, layout.people),
    ...directorySteps(old, layout, home),
    ...roleSteps(old, layout),
    ...plainSettings(old, layout),
  ]
}

function machineSteps(state: RunState, old: Layout, layout: Layout): PlanStep[] {
  const steps: PlanStep[] = []
  for (const machine of layout.machines) {
    const had = old.machines.find(({ id }) => id === machine.id)
    if (had === undefined) {
      steps.push(planStep('create', 'machine', machine.id))
      continue
    }
    const keys = differing(had, machine)
    const moved = routeOf(machine, layout) !== routeOf(had, old)
    if (keys.length === 0 && !moved) continue
    const work = moved ? workOn(state, machine) : []
    const changes = keys.map((key) => changeOf(key, had, machine))
    steps.push(
      planStep('change', 'machine', machine.id, {
        why: moved ? reached(work) : null,
        ...(changes.length > 0 ? { changes } : {}),
        ...(work.length > 0 ? { asks: `machine:${machine.id}:${work.join(',')}` } : {}),
      }),
    )
  }
  for (const { id } of old.machines) {
    if (layout.machines.some((machine) => machine.id === id)) continue
    const lives = [...state.agents.values()].some((a) => a.machine === id && a.process.status === 'alive')
    const why = lives || workOn(state, { id }).length > 0 ? 'what lives there is left alone' : null
    steps.push(planStep('remove', 'machine', id, { why }))
  }
  return steps
}

function reached(work: readonly string[]): string {
  const how = 'reached anew'
  return work.length === 0 ? how : `${how}; ${work.join(', ')} at work there is lost if it is another machine`
}

/** Attempts that live there. */
function workOn({ attempts }: RunState, { id }: Pick<Machine, 'id'>): string[] {
  return [...attempts.values()].filter((a) => a.machine === id && a.phase !== 'ended').map((a) => a.id)
}

/** What of a machine's entry, and of those on the way to it, leads somewhere else when it is another. */
function routeOf(machine: Machine, layout: Layout, seen: readonly string[] = []): string {
  if (machine.kind !== 'ssh') return JSON.stringify([machine.kind, layout.tmux.socket])
  const hop = layout.machines.find(({ id }) => id === machine.jump && !seen.includes(id))
  const jump = hop === undefined ? machine.jump : routeOf(hop, layout, [...seen, machine.id])
  return JSON.stringify([machine.host, machine.user, machine.port, jump, layout.tmux.socket])
}

function mcpSteps(old: Layout, layout: Layout): PlanStep[] {
  const had = new Map(old.mcpServers.map((server) => [server.id, server]))
  const has = new Set(layout.mcpServers.map(({ id }) => id))
  return [
    ...layout.mcpServers.flatMap((server) => {
      const before = had.get(server.id)
      if (sameValue(before, server)) return []
      return [planStep(before === undefined ? 'create' : 'change', 'setting', `MCP server ${server.id}`)]
    }),
    ...old.mcpServers
      .filter(({ id }) => !has.has(id))
      .map(({ id }) => planStep('remove', 'setting', `MCP server ${id}`)),
  ]
}

function roleSteps(old: Layout, layout: Layout): PlanStep[] {
  const steps = layout.roles.flatMap((role) => {
    const before = old.roles.find(({ id }) => id === role.id)
    if (sameValue(before, role)) return []
    if (before !== undefined)
      return [planStep('change', 'role', role.id, { changes: roleChanges(before, role) })]
    const builtIn = roleNamed(role.id, [])
    const why = builtIn === undefined ? null : 'in place of the built-in role'
    return [planStep('create', 'role', role.id, { why, changes: roleChanges(builtIn ?? NO_ROLE, role) })]
  })
  const gone = old.roles.filter(({ id }) => !layout.roles.some((role) => role.id === id))
  return [
    ...steps,
    ...gone.map(({ id }) => {
      const builtIn = roleNamed(id, []) !== undefined
      const why = builtIn ? 'the built-in role counts again' : 'its tokens may do nothing from then on'
      return planStep('remove', 'role', id, { why })
    }),
  ]
}

const NO_ROLE: Omit<RoleSpec, 'id'> = { allow: [], agents: null, gates: null }

/** `allow: +tasks:write -run:write`, `agents: all → CG-*`. */
function roleChanges(from: Omit<RoleSpec, 'id'>, to: RoleSpec): string[] {
  const more = to.allow.filter((name) => !from.allow.includes(name)).map((name) => `+${name}`)
  const less = from.allow.filter((name) => !to.allow.includes(name)).map((name) => `-${name}`)
  const reach = (ids: readonly string[] | null) => ids?.join(', ') ?? 'all'
  const limits = (['agents', 'gates'] as const).flatMap((key) =>
    sameValue(from[key], to[key]) ? [] : [`${key}: ${reach(from[key])} → ${reach(to[key])}`],
  )
  return [...(more.length + less.length > 0 ? [`allow: ${[...more, ...less].join(' ')}`] : []), ...limits]
}

function directorySteps(old: Layout, layout: Layout, home: string | null): PlanStep[] {
  const [from, to] = [tilde(old.directory, home), tilde(layout.directory, home)]
  if (from === to) return []
  const why = 'what names none works there from its next start on'
  return [planStep('change', 'setting', `directory: ${from} → ${to}`, { why })]
}

function plainSettings(old: Layout, layout: Layout): PlanStep[] {
  const rows: [string, unknown, unknown, string | null][] = [
    ['title', old.title, layout.title, null],
    ['waves.barrier', old.waves.barrier, layout.waves.barrier, BARRIER[String(layout.waves.barrier)] ?? null],
    ['run_dir', old.runDir, layout.runDir, null],
    ['layers', old.layers, layout.layers, null],
    ['timezone', old.timezone, layout.timezone, null],
    ['escalation', old.escalation, layout.escalation, 'who was told already is not told again'],
    ['reports', old.reports, layout.reports, 'nothing is made for the past'],
    ['sync', old.sync, layout.sync, null],
    ['tmux.socket', old.tmux.socket, layout.tmux.socket, 'what stands on the old one is left there'],
    ['tmux.keys', old.tmux.keys, layout.tmux.keys, 'counts when the session is made anew'],
    // It may hold an address that is a secret.
    ['notify', old.notify, layout.notify, null],
    ['api', old.api, layout.api, null],
  ]
  return rows
    .filter(([, a, b]) => !sameValue(a, b))
    .map(([name, a, b, why]) =>
      planStep('change', 'setting', isPlain(a) && isPlain(b) ? `${name}: ${said(a)} → ${said(b)}` : name, {
        why,
      }),
    )
}

const BARRIER: Readonly<Record<string, string>> = {
  true: 'a task waits for all tasks of the wave before; what runs goes on',
  false: 'a task waits for what it needs alone',
}

function differing(a: Machine, b: Machine): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
    (key) => !sameValue(a[key as keyof Machine], b[key as keyof Machine]),
  )
}

function changeOf(key: string, a: object, b: object): string {
  const [from, to] = [(a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]]
  return isPlain(from) && isPlain(to) ? `${key}: ${said(from)} → ${said(to)}` : key
}
