import { expect } from 'chai'
import type { AgentId, AttemptId, SlotId, TaskId } from '../../../../lib/core/ids.js'
import { missionEvents, type MissionFacts } from '../../../../lib/core/protocol/mission-events.js'
import type { RunEvent } from '../../../../lib/core/run/events.js'

const at = Date.UTC(2026, 10, 28)
const facts: MissionFacts = {
  typeOf: (agent) => (agent === null ? 'command' : 'codex'),
  issueOf: (task) => (task === 'bound' ? 1169 : null),
}
const started = (task: string) =>
  ({
    type: 'attempt.started',
    at,
    task: task as TaskId,
    attempt: `${task}.1` as AttemptId,
    agent: 'CG-1' as AgentId,
  }) as RunEvent
const ready = (created: boolean) =>
  ({
    type: 'tree.ready',
    at,
    slot: 'app-1' as SlotId,
    created,
    branch: 'orchestra/s/bound.1',
  }) as RunEvent

describe('events under the names of other people', () => {
  it('names the issue that a task is bound to, and none where there is none', () => {
    const [first] = missionEvents(started('bound'), facts)
    expect(first).to.deep.equal({
      type: 'agent_started',
      agent_type: 'codex',
      issue_number: 1169,
      execution_id: 'bound.1',
    })
    expect(missionEvents(started('free'), facts)[0]).to.deep.include({ issue_number: null })
  })

  it('tells a worktree that was made or removed, and not one that is used again', () => {
    expect(missionEvents(ready(true), facts)).to.deep.equal([
      { type: 'worktree_created', worktree_id: 'app-1', branch: 'orchestra/s/bound.1' },
    ])
    expect(missionEvents(ready(false), facts)).to.deep.equal([])
    const removed = { type: 'tree.removed', at, slot: 'app-1' as SlotId } as RunEvent
    expect(missionEvents(removed, facts)).to.deep.equal([{ type: 'worktree_deleted', worktree_id: 'app-1' }])
  })
})
