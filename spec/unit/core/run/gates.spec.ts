import { expect } from 'chai'
import type { GateId } from '../../../../lib/core/ids.js'
import { Bench } from './bench.js'
import { PERSON } from '../../../support/principals.js'

const G = 'G' as GateId
/** All questions, without a reason. */
const ALL = { criteria: null, reason: null }

/** All of its questions, by a person. */
function answer(run: Bench, approved: boolean): void {
  run.event({ type: 'gate.answered', gate: G, approved, question: [], promptId: null, ...ALL, by: PERSON })
}

describe('gates', () => {
  const bench = (gate: object) =>
    new Bench({
      agents: { A: {} },
      tasks: { a: {}, b: { needs: ['G'] } },
      gates: { G: { after: ['a'], ...gate } },
    })
  const checked = (on: Bench, ok: boolean) =>
    on.event({
      type: 'gate.checked',
      gate: G,
      ok,
      checks: [{ command: 'test -s x', ok, exitCode: ok ? 0 : 1, output: '', durationMs: 1 }],
      head: null,
    })

  it('check, then ask a person, then open', () => {
    const run = bench({ verify: ['test -s x'], approve: 'human' })
    run.dispatch()
    run.finish('a')
    expect(run.said()).to.deep.equal(['gate.check:G'])
    checked(run, true)
    expect(run.gate('G').status).to.equal('waiting')
    expect(run.said()).to.deep.equal([])
    answer(run, true)
    expect(run.status('b')).to.deep.equal(['READY'])
  })

  it('that fail block what needs them, with the reason, until somebody has them looked at again', () => {
    const run = bench({ verify: ['test -s x'] })
    run.dispatch()
    run.finish('a')
    checked(run, false)
    expect(run.task('b').reason).to.equal('needs G, which is FAILED: verify: test -s x: exit status 1')
    answer(run, true)
    expect(run.said()).to.deep.equal(['gate.check:G'])
    expect(run.status('b')).to.deep.equal(['PENDING'])
    checked(run, true)
    expect(run.status('b')).to.deep.equal(['READY'])
  })

  it('that a person denies stay shut, and hold nothing else back', () => {
    const run = bench({ approve: 'human' })
    run.dispatch()
    run.finish('a')
    answer(run, false)
    expect(run.gate('G')).to.deep.include({ status: 'failed', reason: 'denied by person:1000' })
    expect(run.status('b')).to.deep.equal(['BLOCKED'])
    expect(run.said()).to.deep.equal(['run.finish:2'])
  })

  it('pass on what failed before them, and ignore answers before their time', () => {
    const run = bench({ approve: 'human' })
    answer(run, true)
    run.dispatch()
    run.prove('a', 'fail')
    expect(run.gate('G')).to.deep.include({ status: 'closed' })
    expect(run.task('b').reason).to.equal(
      'needs G, which is BLOCKED: a FAILED: attempt 1 failed: the agent reported fail',
    )
  })

  it('at the end of the graph hold the end of the run back', () => {
    const run = new Bench({
      agents: { A: {} },
      tasks: { a: {} },
      gates: { G: { after: ['a'], approve: 'human' } },
    })
    run.dispatch()
    run.finish('a')
    expect(run.said()).to.deep.equal([])
    answer(run, true)
    expect(run.said()).to.deep.equal(['run.finish:1'])
  })
})
