/** An agent that lives on a machine which the spec plays, and works on a task. */
import {
  attemptId,
  checkedId,
  parsePaneId,
  type AgentId,
  type AttemptId,
  type MachineId,
  type Nonce,
  type TaskId,
} from '../../lib/core/ids.js'
import type { Host } from '../../lib/daemon/machines/host.js'
import { layoutOf } from '../../lib/simulate/layout-of.js'
import { BareHost } from './bare-host.js'
import type { KernelRig } from './kernel-rig.js'
import { PERSON } from './principals.js'

export const AGENT: AgentId = checkedId('A')
export const TASK: TaskId = checkedId('T1')
export const MACHINE: MachineId = checkedId('here')
export const NONCE: Nonce = checkedId('abcdefgh')

export interface AtWork {
  readonly attempt: AttemptId
  readonly host: BareHost
  readonly hosts: ReadonlyMap<MachineId, Host>
}

/** `running`: its prompt was taken. */
export function agentAtWork(
  kernel: KernelRig,
  { running = true, headless = false }: { readonly running?: boolean; readonly headless?: boolean } = {},
): AtWork {
  const { loop, at } = kernel
  const layout = layoutOf({
    agents: { [AGENT]: headless ? { mode: 'headless' } : {} },
    tasks: { [TASK]: {} },
  })
  const machine = layout.machines[0]
  if (machine === undefined) throw new Error('no machine')
  const attempt = attemptId(TASK, 1)
  loop.dispatch({ type: 'layout.applied', at, layout, revive: true, by: PERSON })
  loop.dispatch({ type: 'machine.changed', at, machine: MACHINE, state: 'online', reason: null })
  loop.dispatch({ type: 'agent.starting', at, agent: AGENT, generation: 1, machine: MACHINE })
  loop.dispatch({
    type: 'agent.started',
    at,
    agent: AGENT,
    generation: 1,
    machine: MACHINE,
    pid: 7,
    pane: parsePaneId('%3')!,
  })
  loop.dispatch({ type: 'run.started', at, by: PERSON })
  loop.dispatch({
    type: 'attempt.started',
    at,
    attempt,
    task: TASK,
    agent: AGENT,
    generation: 1,
    machine: MACHINE,
    nonce: NONCE,
    random: 0,
    headless,
  })
  if (running) loop.dispatch({ type: 'attempt.running', at, attempt, pid: null, unconfirmed: '' })
  const host = new BareHost(machine, kernel.session)
  return { attempt, host, hosts: new Map([[MACHINE, host]]) }
}
