/** What `up` does to machines, agents, tasks and settings, as steps for people. Pure: the state is null where no daemon runs yet. */
import type { Layout } from '../layout/model.js'
import type { PlanStep } from '../protocol/api.js'
import { previewLayout } from '../run/preview-layout.js'
import type { RunState } from '../run/state.js'
import type { Millis } from '../time.js'
import { sshDestination } from '../layout/ssh-destination.js'
import { agentSteps } from './agent-steps.js'
import { planStep } from './plan-step.js'
import { settingSteps } from './setting-steps.js'
import { gateSteps, taskSteps } from './task-steps.js'

/** `home`: HOME of this machine, to say directories below it shorter. */
export function layoutPlan(
  layout: Layout,
  state: RunState | null,
  now: Millis,
  home: string | null = null,
): PlanStep[] {
  const after = previewLayout(state, layout, now)
  return [
    ...connectSteps(layout, state),
    ...settingSteps(state, layout, home),
    ...agentSteps(layout, state, after, home),
    ...taskSteps(state, after, now, home),
    ...gateSteps(state, after),
  ]
}

function connectSteps(layout: Layout, state: RunState | null): PlanStep[] {
  return layout.machines.flatMap((machine) => {
    if (machine.kind !== 'ssh' || state?.machines.get(machine.id)?.state === 'online') return []
    const command = `ssh ${sshDestination(machine)}`
    return [planStep('create', 'connect', machine.id, { machine: machine.id, command })]
  })
}
