/** What `up` does to machines and agents, as steps for people. Pure: the state is null where no daemon runs yet. */
import type { AgentSpec, Layout, Machine } from '../layout/model.js'
import type { PlanStep } from '../protocol/api.js'
import type { RunState } from '../run/state.js'
import { shellLine } from '../shell-quote.js'

export function agentPlan(layout: Layout, state: RunState | null): PlanStep[] {
  const steps: PlanStep[] = []
  for (const machine of layout.machines) {
    const known = state?.machines.get(machine.id)?.state
    if (machine.kind === 'ssh' && known !== 'online') {
      steps.push({
        action: 'create',
        kind: 'connect',
        subject: machine.id,
        machine: machine.id,
        command: `ssh ${destination(machine)}`,
        why: null,
      })
    }
  }
  for (const agent of layout.agents) steps.push(stepOf(agent, layout, state))
  for (const record of state?.agents.values() ?? []) {
    const gone = !layout.agents.some((a) => a.id === record.spec.id)
    const lives = record.process.status === 'alive' || record.process.status === 'starting'
    if (gone && lives) {
      steps.push({
        action: 'stop',
        kind: 'agent',
        subject: record.spec.id,
        machine: record.machine,
        command: null,
        why: 'it is not in the layout any more',
      })
    }
  }
  return steps
}

function stepOf(agent: AgentSpec, layout: Layout, state: RunState | null): PlanStep {
  const record = state?.agents.get(agent.id)
  const command = agent.command.length > 0 ? shellLine(agent.command) : agent.behaviour
  const step = (action: PlanStep['action'], why: string | null): PlanStep => ({
    action,
    kind: 'agent',
    subject: agent.id,
    machine: record?.machine ?? agent.machine,
    command: action === 'leave' ? null : command,
    why,
  })
  switch (record?.process.status) {
    case 'alive':
    case 'starting':
      return step(
        'leave',
        movedAway(agent.id, record.machine, agent.machine, layout) ?? changed(record.spec, agent),
      )
    case 'exited':
      return step('respawn', record.process.reason)
    case 'absent':
    case undefined:
      return step('start', null)
    default:
      return step('leave', null)
  }
}

function changed(old: AgentSpec, now: AgentSpec): string | null {
  return JSON.stringify(old) === JSON.stringify(now) ? null : 'alive; the change counts from its next start'
}

/** It lives on a machine that is called otherwise now, or is not in the layout any more: it is left alone there. */
export function movedAway(agent: string, there: string, home: string, layout: Layout): string | null {
  if (layout.machines.some(({ id }) => id === there)) return null
  return `alive on ${there}, which is not in the layout any more; \`orchestra restart ${agent}\` starts it on ${home}`
}

function destination(machine: Machine): string {
  if (machine.kind !== 'ssh') return ''
  const port = machine.port === null ? '' : ` -p ${machine.port}`
  const jump = machine.jump === null ? '' : ` -J ${machine.jump}`
  return `${machine.user === null ? '' : `${machine.user}@`}${machine.host}${port}${jump}`
}
