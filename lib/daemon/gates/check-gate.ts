import type { Action } from '../../core/run/actions.js'
import { workDirectory } from '../../core/layout/work-directory.js'
import { hostOf, type DaemonContext } from '../context.js'
import { localMachine } from '../machines/local-machine.js'
import { checkCommands } from '../jobs/check-commands.js'
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
  if (spec.verify.length === 0) {
    loop.dispatch({ type: 'gate.checked', at: clock.now(), gate: spec.id, ok: true, checks: [], head: null })
    return
  }
  const machine = spec.machine ?? localMachine(loop.state)
  const host = hostOf(context, machine)
  const cwd = workDirectory(loop.state.layout, machine, spec.cwd)
  const run = gate.since
  const commands = {
    commands: spec.verify,
    keyOf: (i: number) => `gate.${spec.id}.${run}.${i + 1}`,
    cwd,
    nonce: nonceOf(`${context.store.id} gate ${spec.id} ${run}`),
    timeoutMs: spec.timeoutMs,
  }
  // Before the checks: a commit that comes while they run was not what they looked at.
  const head = spec.approve === 'human' ? await headOf(host, cwd) : null
  await checkCommands(host, commands, context, (checks) => {
    const ok = checks.every((check) => check.ok)
    loop.dispatch({ type: 'gate.checked', at: clock.now(), gate: spec.id, ok, checks, head })
  })
}
