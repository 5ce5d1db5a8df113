import { expect } from 'chai'
import { humanInAll, humanOf } from '../../../../lib/core/reports/human.js'
import type { GateId, TaskId } from '../../../../lib/core/ids.js'
import { PERSON } from '../../../support/principals.js'
import { Bench } from '../run/bench.js'

const S = 1000

describe('human minutes', () => {
  it('count each question once, and how long work waited for the answer', () => {
    const run = new Bench({
      agents: { A: {} },
      tasks: { a: {}, b: { needs: ['G'] } },
      gates: { G: { after: ['a'], approve: 'human' } },
    })
    run.dispatch()
    const at = (seconds: number) => (run.now = seconds * S)
    at(10)
    run.see('A', 'waiting', { promptId: 'one' })
    at(15)
    // Drawn again: the same question.
    run.see('A', 'waiting', { promptId: 'one' })
    at(40)
    run.see('A', 'working')
    at(50)
    run.see('A', 'waiting', { promptId: 'two' })
    at(60)
    run.see('A', 'working')
    at(100)
    run.finish('a')
    expect(humanOf(run.state, 'a', run.now)).to.deep.equal({ asked: 2, waited_s: 40 })
    at(160)
    expect(humanOf(run.state, 'G', run.now)).to.deep.equal({ asked: 1, waited_s: 60 })
    // 60 s at work, 100 s of waiting.
    expect(humanInAll(run.state, run.now)).to.deep.equal({ asked: 3, waited_s: 100, blocked_share: 0.625 })
    const answer = { approved: true, question: [], promptId: null, criteria: null, reason: null, by: PERSON }
    run.event({ type: 'gate.answered', gate: 'G' as GateId, ...answer })
    at(500)
    expect(humanOf(run.state, 'G', run.now)).to.deep.equal({ asked: 1, waited_s: 60 })
    expect(humanOf(run.state, 'b', run.now)).to.deep.equal({ asked: 0, waited_s: 0 })
  })

  it('run while only a person can let a blocked task go on', () => {
    const run = new Bench({ agents: { A: {} }, tasks: { a: {} } })
    run.dispatch()
    run.now = 20 * S
    run.prove('a', 'blocked')
    run.now = 80 * S
    expect(humanOf(run.state, 'a', run.now)).to.deep.equal({ asked: 1, waited_s: 60 })
    run.event({ type: 'task.unblocked', task: 'a' as TaskId, by: PERSON })
    run.now = 200 * S
    expect(humanOf(run.state, 'a', run.now)).to.deep.equal({ asked: 1, waited_s: 60 })
  })
})
