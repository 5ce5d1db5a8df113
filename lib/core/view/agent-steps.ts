import { startsPerAttempt } from '../run/index/agent-tree.js'
import { fix } from '../fixes.js'
import type { MachineId } from '../ids.js'
import type { AgentSpec, Layout } from '../layout/model.js'
import { agentOn, workDirectory } from '../layout/work-directory.js'
import type { PlanStep } from '../protocol/api.js'
import { isAtStart, runningSpec, startsDifferently } from '../run/running-spec.js'
import type { AgentRecord, RunState } from '../run/state.js'
import { shellLine } from '../shell-quote.js'
import { tilde } from '../text/tilde.js'
import { planStep } from './plan-step.js'
import { sameValue } from '../same-value.js'

/** `state` is null where nothing is known yet; `after` is what follows from the layout. */
export function agentSteps(
  layout: Layout,
  state: RunState | null,
  after: RunState,
  home: string | null,
): PlanStep[] {
  const listed = new Set<string>(layout.agents.map(({ id }) => id))
  const gone = [...(state?.agents.values() ?? [])].filter(({ spec }) => !listed.has(spec.id))
  return [
    ...layout.agents.flatMap((agent) => stepsOf(agent, layout, state, home)),
    ...gone.flatMap((record) => (state !== null && lives(record) ? [stopped(record, state, after)] : [])),
  ]
}

function lives({ process }: AgentRecord): boolean {
  return process.status === 'alive' || process.status === 'starting'
}

function stopped(record: AgentRecord, state: RunState, after: RunState): PlanStep {
  const { spec, machine, generation } = record
  const why = 'it is not in the layout any more'
  const attempt = record.attempt === null ? undefined : state.attempts.get(record.attempt)
  // What is being verified is done, whatever becomes of its agent.
  if (attempt !== undefined && attempt.phase !== 'ended' && attempt.phase !== 'verifying') {
    const cancelled = after.tasks.get(attempt.task)?.cancelRequested != null
    const then = cancelled ? '' : `, and it is given to somebody else`
    return planStep('stop', 'agent', spec.id, {
      machine,
      why: `${why}; its work on ${attempt.task} ends${then}`,
      ...(cancelled ? {} : { asks: attempt.id }),
    })
  }
  if (!isBusy(record)) return planStep('stop', 'agent', spec.id, { machine, why })
  return planStep('stop', 'agent', spec.id, {
    machine,
    why: `${why}; it works on something that is no task`,
    asks: `agent:${spec.id}.${generation}`,
  })
}

/** By more than output that came: a shell prints when its window is made larger. */
function isBusy({ observation }: AgentRecord): boolean {
  const state = observation?.state
  return (state === 'working' || state === 'waiting') && observation?.evidence !== 'activity'
}

function stepsOf(agent: AgentSpec, layout: Layout, state: RunState | null, home: string | null): PlanStep[] {
  const record = state?.agents.get(agent.id)
  const command = agent.command.length > 0 ? shellLine(agent.command) : agent.behaviour
  const { machine } = agent
  const at = { machine, directory: directoryOn(layout, machine, agent, home), command }
  const isUp = record !== undefined && lives(record)
  // It comes with a task.
  if (!isUp && startsPerAttempt(agent)) return []
  if (!isUp && agent.standby.length > 0)
    return [
      planStep('leave', 'agent', agent.id, { machine, why: `stands by for ${agent.standby.join(', ')}` }),
    ]
  switch (record?.process.status) {
    case 'alive':
    case 'starting':
      return lifeSteps(record, agent, layout, home)
    case 'exited': {
      const why = record.wanted === 'removed' ? 'it was stopped' : record.process.reason
      return [planStep('respawn', 'agent', agent.id, { ...at, why })]
    }
    case 'absent':
    case undefined:
      return [planStep('start', 'agent', agent.id, at)]
  }
}

/** It stays as it is; what counts at its next start is said until then. */
function lifeSteps(record: AgentRecord, agent: AgentSpec, layout: Layout, home: string | null): PlanStep[] {
  const { machine } = record
  const runs = runningSpec(record)
  const moved = awayFromHome(agent, machine, layout)
  const now = inItsTree(agentOn(layout, machine, agent), runs)
  const other = startsDifferently({ ...record, spec: agent }, now)
  const shown = (path: string | null) => tilde(path, isHere(layout, machine) ? home : null)
  const later = `the change counts from its next start; \`${fix('agent.restart', agent.id)}\``
  const why = moved ?? (other ? `alive; ${later}` : null)
  const changes = other ? changesOf(short(runs, shown), short(now, shown), isAtStart) : []
  const leave = planStep('leave', 'agent', agent.id, {
    machine,
    why,
    ...(changes.length > 0 ? { changes } : {}),
  })
  const atOnce = changesOf(record.spec, agent, (key) => !isAtStart(key))
  if (atOnce.length === 0) return [leave]
  return [leave, planStep('change', 'agent', agent.id, { machine, why: 'counts at once', changes: atOnce })]
}

/** What lives in a tree keeps that one, its trust and its ports, until its attempt ends. */
function inItsTree(now: AgentSpec, runs: AgentSpec): AgentSpec {
  if (now.tree === null || now.mode === 'headless' || runs.env['ORCHESTRA_TREE'] === undefined) return now
  const { cwd, autoTrust, env } = runs
  return { ...now, cwd, autoTrust, env }
}

function short(spec: AgentSpec, shown: (path: string | null) => string): AgentSpec {
  return { ...spec, cwd: shown(spec.cwd) }
}

function directoryOn(layout: Layout, machine: MachineId, agent: AgentSpec, home: string | null): string {
  return tilde(workDirectory(layout, machine, agent.cwd), isHere(layout, machine) ? home : null)
}

function isHere(layout: Layout, machine: MachineId): boolean {
  return layout.machines.some(({ id, kind }) => id === machine && kind === 'local')
}

function changesOf(a: AgentSpec, b: AgentSpec, of: (key: string) => boolean): string[] {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].filter(of).flatMap((key) => {
    const [from, to] = [a[key as keyof AgentSpec], b[key as keyof AgentSpec]]
    if (sameValue(from, to)) return []
    return [changeOf(key, from, to)]
  })
}

/** Values of the environment may be secrets: only their names are said. */
function changeOf(key: string, from: unknown, to: unknown): string {
  if (key === 'cwd') return `directory: ${said(from)} → ${said(to)}`
  if (key === 'command') return `command: ${words(from)} → ${words(to)}`
  if (key === 'env') {
    const [a, b] = [from ?? {}, to ?? {}] as Record<string, unknown>[]
    const names = [...new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})])]
    return `env: ${names.filter((name) => a?.[name] !== b?.[name]).join(', ')}`
  }
  if (key === 'access') return `access: ${listed(from)} → ${listed(to)}`
  if (Array.isArray(from) || Array.isArray(to)) return WORD[key] ?? key
  return `${WORD[key] ?? key}: ${said(from)} → ${said(to)}`
}

/** As the layout spells them. */
const WORD: Readonly<Record<string, string>> = {
  autoTrust: 'auto_trust',
  autoApprove: 'auto_approve',
  onLimit: 'on_limit',
  stallMs: 'stall_after',
}

function listed(names: unknown): string {
  return Array.isArray(names) && names.length > 0 ? names.join(', ') : 'none'
}

function words(argv: unknown): string {
  const line = Array.isArray(argv) ? shellLine(argv.map(String)) : ''
  return line === '' ? "the type's own" : line
}

function said(value: unknown): string {
  return typeof value === 'string' ? value : value == null ? 'none' : JSON.stringify(value)
}

/** Why it is somewhere else than the layout has it, and what brings it home; null: it is at home. */
export function awayFromHome(agent: AgentSpec, there: string, layout: Layout): string | null {
  if (there === agent.machine) return null
  const again = `\`${fix('agent.restart', agent.id)}\` starts it on ${agent.machine}`
  if (layout.machines.some(({ id }) => id === there))
    return `alive on ${there}, at home on ${agent.machine}; ${again}`
  return `alive on ${there}, which is not in the layout any more; ${again}`
}
