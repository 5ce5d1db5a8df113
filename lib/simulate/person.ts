/** A person who does at random what people do. */
import { taskOf } from './layout-of.js'
import { every } from './every.js'
import type { Stage } from './stage.js'
import { SOME_PERSON } from '../core/principal.js'

export function startPerson(stage: Stage): void {
  const { faults, clock } = stage
  let submitted = 0
  every(stage, faults.personEvery, () => {
    submitted += 1
    act(stage, submitted)
  })
  if (faults.personEvery !== Infinity) {
    clock.after(faults.until, () => stage.record({ type: 'run.resumed', by: SOME_PERSON }))
  }
}

function act(stage: Stage, count: number): void {
  const { random, state, record, clock } = stage
  const task = random.pick([...state.tasks.keys()])
  const other = random.pick([...state.tasks.keys()])
  const agent = random.pick([...state.agents.keys()])
  if (task === undefined || other === undefined || agent === undefined) return
  const by = SOME_PERSON
  switch (random.between(1, 9)) {
    case 1:
      return record({ type: 'task.cancel_requested', task, by })
    case 2:
    case 3:
      return record({ type: 'task.retry_requested', task, by })
    case 4:
      return record({ type: 'agent.restart_requested', agent, by, reason: null })
    case 5:
      return record({ type: 'agent.stop_requested', agent, by })
    case 6: {
      const estimateMs = random.between(1000, 30_000)
      return record({ type: 'task.submitted', task: taskOf(`S${count}`, { needs: [task], estimateMs }), by })
    }
    case 7:
      return record({ type: 'task.needs_added', task, needs: [other], by })
    case 8:
      record({ type: 'run.paused', by })
      return clock.after(random.between(1000, 20_000), () => record({ type: 'run.resumed', by }))
    case 9:
      if (state.layout !== null)
        record({ type: 'layout.applied', layout: state.layout, revive: random.chance(0.7), by })
  }
}
