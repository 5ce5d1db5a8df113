import { commandGroups } from '../../core/gates/criteria.js'
import type { Action } from '../../core/run/actions.js'
import { workDirectory } from '../../core/layout/work-directory.js'
import { hostOf, type DaemonContext } from '../context.js'
import { localMachine } from '../machines/local-machine.js'
import { checkGroups } from '../jobs/check-commands.js'
import { headOf } from '../machines/head-of.js'
import { nonceOf } from '../attempts/start-attempt.js'

export async function checkGate(
  action: Extract<Action, { type: 'gate.check' }>,
  context: DaemonContext,
): Promise<void> {
  const { loop, clock } = context
  const gate = loop.state.gates.get(action.gate)
  if (gate === undefined) return
  const { spec } = gate
  const groups = commandGroups(spec).map(({ commands }) => commands)
  if (groups.length === 0) {
    loop.dispatch({ type: 'gate.checked', at: clock.now(), gate: spec.id, ok: true, checks: [], head: null })
    return
  }
  const machine = spec.machine ?? localMachine(loop.state)
  const host = hostOf(context, machine)
  const cwd = workDirectory(loop.state.layout, machine, spec.cwd)
  const run = gate.since
  const commands = {
    keyOf: (i: number) => `gate.${spec.id}.${run}.${i + 1}`,
    cwd,
    nonce: nonceOf(`${context.store.id} gate ${spec.id} ${run}`),
    timeoutMs: spec.timeoutMs,
  }
  // Before the checks: a commit that comes while they run was not what they looked at.
  const head = spec.approve === 'human' ? await headOf(host, cwd) : null
  await checkGroups(host, groups, commands, context, (checks) => {
    const ok = checks.every((check) => check.ok)
    loop.dispatch({ type: 'gate.checked', at: clock.now(), gate: spec.id, ok, checks, head })
  })
}
