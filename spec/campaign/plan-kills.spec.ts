/** The daemon is killed with -9 before and after each call of its store in the life of a gate and of an escalation. NTH_STEP=5: each fifth. */
import { expect } from 'chai'
import { inTurns } from '../support/failing-ports.js'
import { runKilledPlan } from '../support/killed-plan.js'

const STEP = Number(process.env['NTH_STEP'] ?? 1)

describe('a gate and an escalation whose daemon is killed at the N-th call', function () {
  this.timeout(3_600_000)

  it('lose no approval and tell nobody twice, whatever N is', async () => {
    const plain = await runKilledPlan(0, 'before')
    const places = Array.from({ length: Math.ceil(plain.calls / STEP) }, (_, i) => 1 + i * STEP)
    const cases = (['before', 'after'] as const).flatMap((how) => places.map((at) => ({ at, how })))
    const problems: string[] = []
    let [killed, uncertain] = [0, 0]
    const runs = inTurns(
      cases.map(
        ({ at, how }) =>
          () =>
            runKilledPlan(at, how),
      ),
      3,
    )
    await Promise.all(
      runs.map((run, i) =>
        run.then(
          (one) => {
            killed += Number(one.killed)
            uncertain += one.uncertain
          },
          (error: unknown) => problems.push(`call ${cases[i]?.at} (${cases[i]?.how}): ${String(error)}`),
        ),
      ),
    )
    console.log(
      `${plain.calls} calls, ${cases.length} runs, ${killed} daemons killed, ${uncertain} deliveries uncertain, ${problems.length} problems`,
    )
    expect(problems.join('\n')).to.equal('')
    expect(killed).to.be.greaterThan(cases.length / 2)
  })
})
