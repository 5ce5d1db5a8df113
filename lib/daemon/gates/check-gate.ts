import { commandGroups } from '../../core/gates/criteria.js'
import type { Action } from '../../core/run/actions.js'
import { workDirectory } from '../../core/layout/work-directory.js'
import type { Jobs } from '../jobs/jobs.js'
import type { Kernel } from '../kernel/kernel.js'
import { hostOf, type Hosts } from '../machines/host-of.js'
import { localMachine } from '../machines/local-machine.js'
import { checkGroups } from '../jobs/check-commands.js'
import { headOf } from '../machines/head-of.js'
import { nonceOf } from '../jobs/nonce.js'

export interface GateNeeds {
  readonly kernel: Pick<Kernel, 'store' | 'loop' | 'clock'>
  readonly hosts: Hosts
  readonly jobs: Jobs
}

export async function checkGate(
  action: Extract<Action, { type: 'gate.check' }>,
  needs: GateNeeds,
): Promise<void> {
  const { loop, clock, store } = needs.kernel
  const gate = loop.state.gates.get(action.gate)
  if (gate === undefined) return
  const { spec } = gate
  const groups = commandGroups(spec).map(({ commands }) => commands)
  if (groups.length === 0) {
    loop.dispatch({ type: 'gate.checked', at: clock.now(), gate: spec.id, ok: true, checks: [], head: null })
    return
  }
  const machine = spec.machine ?? localMachine(loop.state)
  const host = hostOf(needs, machine)
  const cwd = workDirectory(loop.state.layout, machine, spec.cwd)
  const run = gate.since
  const commands = {
    keyOf: (i: number) => `gate.${spec.id}.${run}.${i + 1}`,
    cwd,
    nonce: nonceOf(`${store.id} gate ${spec.id} ${run}`),
    timeoutMs: spec.timeoutMs,
  }
  // Before the checks: a commit that comes while they run was not what they looked at.
  const head = spec.approve === 'human' ? await headOf(host, cwd) : null
  await checkGroups(host, groups, commands, { loop, jobs: needs.jobs }, (checks) => {
    const ok = checks.every((check) => check.ok)
    loop.dispatch({ type: 'gate.checked', at: clock.now(), gate: spec.id, ok, checks, head })
  })
}
