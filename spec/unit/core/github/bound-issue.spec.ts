import { expect } from 'chai'
import { checkedId, type MachineId, type TaskId } from '../../../../lib/core/ids.js'
import type { Layout } from '../../../../lib/core/layout/model.js'
import { DAEMON } from '../../../../lib/core/principal.js'
import type { RunFact } from '../../../../lib/core/run/events.js'
import { attentionList } from '../../../../lib/core/run/rows/attention.js'
import { initialState, reduce } from '../../../../lib/core/run/reduce.js'
import { layoutOf, taskOf, type TaskInit } from '../../../../lib/simulate/layout-of.js'
import { githubSpec } from '../../../support/github/spec-of.js'

const A = checkedId<TaskId>('A')
const HUB = checkedId<MachineId>('hub')

function layout(tasks: Readonly<Record<string, TaskInit>>): Layout {
  const plain = layoutOf({ tasks })
  return {
    ...plain,
    machines: [
      ...plain.machines,
      { ...plain.machines[0]!, id: HUB, kind: 'github', repository: 'owner/name' },
    ],
    github: [githubSpec({ machine: HUB })],
  }
}

function fold(...facts: RunFact[]) {
  const state = initialState()
  for (const fact of facts) reduce(state, { ...fact, at: 1 })
  return state.issues.get(A)
}

const applied = (tasks: Readonly<Record<string, TaskInit>>): RunFact => ({
  type: 'layout.applied',
  layout: layout(tasks),
  revive: false,
  by: DAEMON,
})
const created: RunFact = {
  type: 'issue.bound',
  task: A,
  machine: HUB,
  number: 9,
  issueId: 99,
  url: 'u',
  how: 'created',
  replaces: null,
  by: DAEMON,
}

describe('the issue of a task', () => {
  it('is what its task says, with its address', () => {
    expect(fold(applied({ A: { issue: 5 } }))).to.deep.equal({
      task: A,
      machine: HUB,
      number: 5,
      issueId: null,
      url: 'https://github.com/owner/name/issues/5',
      how: 'layout',
      state: null,
      changed: null,
      gone: null,
      replaces: null,
    })
  })

  it('comes with a task that is submitted, too', () => {
    const task = taskOf('A', { issue: 6 })
    expect(fold(applied({}), { type: 'task.submitted', task, by: DAEMON })).to.include({ number: 6 })
  })

  it('stays when the layout is applied again, what was seen of it included', () => {
    const tasks = { A: { issue: 5 } }
    const seen: RunFact = { type: 'issue.seen', task: A, state: 'closed' }
    expect(fold(applied(tasks), seen, applied(tasks))).to.include({ number: 5, state: 'closed' })
    expect(fold(applied(tasks), seen, applied({ A: { issue: 8 } }))).to.include({ number: 8, state: null })
    expect(fold(applied(tasks), applied({ A: {} }))).to.equal(undefined)
  })

  it('that a person closed or opened again needs a look, until it is as it was', () => {
    const seen = (state: 'open' | 'closed'): RunFact => ({ type: 'issue.seen', task: A, state })
    const begin = [applied({ A: { issue: 5 } }), seen('open')]
    const said = (...facts: RunFact[]) => {
      const state = initialState()
      for (const fact of [...begin, ...facts]) reduce(state, { ...fact, at: 1 })
      return attentionList(state, 1).filter(({ kind }) => kind === 'issue_changed')
    }
    expect(said()).to.deep.equal([])
    expect(said(seen('closed'))).to.deep.equal([
      {
        kind: 'issue_changed',
        id: 'A',
        text: 'a person closed issue #5; the task is not complete, and goes on',
        since: '1970-01-01T00:00:00.001Z',
        human: true,
      },
    ])
    expect(said(seen('closed'), seen('open'))).to.deep.equal([])
    // That it was closed before anybody looked is no change.
    expect(fold(applied({ A: { issue: 5 } }), seen('closed'))?.changed).to.equal(null)
    expect(fold(applied({ A: { issue: 5 } }), seen('closed'), seen('open'))?.changed).to.include({
      to: 'open',
    })
    expect(said(seen('closed'), applied({ A: { issue: 8 } }))).to.deep.equal([])
  })

  it('that was created stays when the layout says `create` again', () => {
    const tasks = { A: { issue: 'create' as const } }
    expect(fold(applied(tasks), created, applied(tasks))).to.include({
      number: 9,
      how: 'created',
      state: 'open',
    })
    expect(fold(applied(tasks), created, { type: 'issue.unbound', task: A, by: DAEMON })).to.equal(undefined)
    expect(fold(applied(tasks), created, applied({}))).to.equal(undefined)
  })
})
