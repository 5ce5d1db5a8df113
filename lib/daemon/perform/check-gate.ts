import type { Action } from '../../core/run/actions.js'
import { hostOf, type DaemonContext } from '../context.js'
import { localMachine } from '../local-machine.js'
import { nonceOf } from './start-attempt.js'
import { forgetJob } from '../hosts/host-jobs.js'

export async function checkGate(
  action: Extract<Action, { type: 'gate.check' }>,
  context: DaemonContext,
): Promise<void> {
  const { loop, clock } = context
  const gate = loop.state.gates.get(action.gate)
  if (gate === undefined) return
  const { spec } = gate
  if (spec.verify.length === 0) {
    loop.dispatch({ type: 'gate.checked', at: clock.now(), gate: spec.id, ok: true, checks: [] })
    return
  }
  const host = hostOf(context, spec.machine ?? localMachine(loop.state))
  // The same after a crash in the middle: its commands run once.
  const run = gate.since
  const nonce = nonceOf(`${context.store.id} gate ${spec.id} ${run}`)
  const keyOf = (i: number) => `gate.${spec.id}.${run}.${i + 1}`
  const checks = await context.jobs.check(
    host,
    spec.verify.map((command, i) => ({
      key: keyOf(i),
      command,
      cwd: spec.cwd,
      env: {},
      nonce,
      timeoutMs: spec.timeoutMs,
    })),
  )
  if (checks === null) return
  loop.dispatch({
    type: 'gate.checked',
    at: clock.now(),
    gate: spec.id,
    ok: checks.every((c) => c.ok),
    checks,
  })
  for (const i of spec.verify.keys()) void forgetJob(host, keyOf(i))
}
