import { expect } from 'chai'
import { checkedId, type MachineId, type TaskId } from '../../../../lib/core/ids.js'
import type { RunFact } from '../../../../lib/core/run/events.js'
import { initialState, reduce } from '../../../../lib/core/run/reduce.js'
import { attentionList } from '../../../../lib/core/run/rows/attention.js'
import { layoutOf, taskOf } from '../../../../lib/simulate/layout-of.js'
import { PERSON } from '../../../support/principals.js'

const A = checkedId<TaskId>('A')
const HUB = checkedId<MachineId>('hub')

const BEGIN: readonly RunFact[] = [
  { type: 'layout.applied', layout: layoutOf({ tasks: {} }), revive: false, by: PERSON },
  { type: 'task.submitted', task: taskOf('A', {}), by: PERSON },
  {
    type: 'issue.bound',
    task: A,
    machine: HUB,
    number: 5,
    issueId: 50,
    url: 'u',
    how: 'link',
    replaces: null,
    by: PERSON,
  },
]
const seen = (state: 'open' | 'closed'): RunFact => ({ type: 'issue.seen', task: A, state })
const gone: RunFact = { type: 'issue.missing', task: A, why: 'deleted', to: null }

function after(...facts: readonly RunFact[]): readonly string[] {
  const state = initialState()
  let at = 0
  for (const fact of [...BEGIN, ...facts]) reduce(state, { ...fact, at: (at += 1) })
  return attentionList(state, at).flatMap(({ kind, human, text }) =>
    kind === 'issue_changed' && human ? [text] : [],
  )
}

describe('the issue of a task that is gone', () => {
  it('needs a person until it is back, or unbound', () => {
    expect(after(seen('open'), gone)).to.deep.equal([
      'issue #5 is not on GitHub (any more): export the task to make one, or link it to another',
    ])
    expect(after(seen('open'), gone, seen('open'))).to.deep.equal([])
    expect(after(gone, { type: 'issue.unbound', task: A, by: PERSON })).to.deep.equal([])
  })

  it('says where it was moved, without what a terminal obeys', () => {
    const moved: RunFact = { type: 'issue.missing', task: A, why: 'moved', to: 'o/other#7\u001b[31m' }
    expect(after(moved)).to.deep.equal(['issue #5 was moved to o/other#7: link the task to another'])
  })
})
