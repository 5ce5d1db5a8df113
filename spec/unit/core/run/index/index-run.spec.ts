import { expect } from 'chai'
import fc from 'fast-check'
import type { AgentId, TaskId } from '../../../../../lib/core/ids.js'
import { taskOf } from '../../../../../lib/simulate/layout-of.js'
import { bothIndexes } from '../../../../../lib/simulate/say-index.js'
import { Bench } from '../bench.js'
import { PERSON } from '../../../../support/principals.js'

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
const step = fc.oneof(
  fc.record({ do: fc.constant('submit' as const), task: id, needs: fc.uniqueArray(id, { maxLength: 3 }) }),
  fc.record({ do: fc.constant('needs' as const), task: id, needs: fc.uniqueArray(id, { maxLength: 2 }) }),
  fc.record({
    do: fc.constantFrom('cancel' as const, 'retry' as const, 'finish' as const, 'fail' as const),
    task: id,
    needs: fc.constant([] as string[]),
  }),
  fc.record({
    do: fc.constantFrom('dispatch' as const, 'stop' as const, 'restart' as const),
    task: id,
    needs: fc.constant([] as string[]),
  }),
)

describe('the index beside the records', () => {
  for (const barrier of [false, true]) {
    it(`is what the records alone give, whatever happened${barrier ? ' (with barriers)' : ''}`, () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
          const layout = { agents: { A: {}, B: {} }, tasks: { a: {}, b: { needs: ['a'] } }, barrier }
          const bench = new Bench({ ...layout, gates: { G: { after: ['a'] } } })
          for (const { do: what, task, needs } of steps) {
            bench.now += 1000
            act(bench, what, task, needs)
            const [grown, rebuilt] = bothIndexes(bench.state)
            expect(grown).to.equal(rebuilt)
          }
        }),
        { numRuns: 60 },
      )
    })
  }
})

function act(bench: Bench, what: string, name: string, needs: readonly string[]): void {
  const task = name as TaskId
  const live = bench.state.tasks.get(task)?.status === 'IN_PROGRESS'
  const agent = (name < 'd' ? 'A' : 'B') as AgentId
  if (what === 'submit') {
    bench.event({
      type: 'task.submitted',
      task: taskOf(name, { needs, estimateMs: 1000 * name.charCodeAt(0) }),
      by: PERSON,
    })
  } else if (what === 'needs') bench.event({ type: 'task.needs_added', task, needs, by: PERSON })
  else if (what === 'cancel') bench.event({ type: 'task.cancel_requested', task, by: PERSON })
  else if (what === 'retry') bench.event({ type: 'task.retry_requested', task, by: PERSON })
  else if (what === 'finish' && live) bench.finish(name)
  else if (what === 'fail' && live) bench.prove(name, 'fail')
  else if (what === 'dispatch') bench.dispatch()
  else if (what === 'stop') {
    bench.event({ type: 'agent.stop_requested', agent, by: PERSON })
    bench.exit(agent, 0)
  } else if (what === 'restart') {
    bench.event({ type: 'agent.restart_requested', agent, reason: null, by: PERSON })
    bench.bringUp()
  }
}
