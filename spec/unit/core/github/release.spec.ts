import { expect } from 'chai'
import { importPrompt } from '../../../../lib/core/github/release.js'
import { checkedId, type MachineId, type TaskId } from '../../../../lib/core/ids.js'
import { PLAIN_LAYOUT } from '../../../../lib/core/layout/plain-layout.js'
import { PLAIN_TASK } from '../../../../lib/core/layout/task-spec.js'
import { DAEMON } from '../../../../lib/core/principal.js'
import { renderContext, taskContext } from '../../../../lib/core/run/context.js'
import { decodeState, encodeState } from '../../../../lib/core/run/journal/snapshot.js'
import { JOURNAL_FORMAT } from '../../../../lib/core/run/journal/format.js'
import { initialState, reduce } from '../../../../lib/core/run/reduce.js'
import { githubSpec } from '../../../support/github/spec-of.js'

const HUB = checkedId<MachineId>('github')
const [A, B] = [checkedId<TaskId>('issue-1'), checkedId<TaskId>('issue-2')]
const CANARY = 'CANARY of a stranger'

describe('a text that is released', () => {
  const begin = () => {
    const state = initialState()
    const tasks = [
      { ...PLAIN_TASK, id: A, title: CANARY, prompt: importPrompt(1), issue: 1 },
      { ...PLAIN_TASK, id: B, title: CANARY, prompt: importPrompt(2), issue: 2, needs: [A] },
    ]
    const machine = {
      id: HUB,
      layer: null,
      code: 'GH',
      label: null,
      repo: null,
      capacity: null,
      maxLoad: null,
      kind: 'github',
      repository: 'o/n',
    } as const
    const layout = {
      ...PLAIN_LAYOUT,
      session: checkedId<never>('s'),
      machines: [machine],
      tasks,
      github: [githubSpec()],
    }
    reduce(state, { type: 'layout.applied', at: 1, layout, revive: false, by: DAEMON })
    return state
  }
  const told = (state: ReturnType<typeof begin>, task = A) => {
    const context = taskContext(state, task)
    return `${renderContext(context)}${context.task.title}${context.task.prompt}`
  }

  it('is the only one of an issue that reaches an agent: not its title either, not of what it needs', () => {
    const state = begin()
    expect(told(state) + told(state, B)).to.not.include('CANARY')
    expect(told(state)).to.include('Its text was not released for agents')
    reduce(state, {
      type: 'issue.released',
      at: 2,
      machine: HUB,
      number: 1,
      digest: 'd1',
      title: CANARY,
      text: 'do ```this```',
      by: DAEMON,
    })
    expect(told(state)).to.include(CANARY).and.include('````\n')
    expect(taskContext(state, B).needs[0]?.title).to.equal(CANARY)
    expect(taskContext(state, B).task.title).to.equal('issue #2')
  })

  it('is void when it was edited, and not before', () => {
    const state = begin()
    reduce(state, {
      type: 'issue.released',
      at: 2,
      machine: HUB,
      number: 1,
      digest: 'd1',
      title: CANARY,
      text: CANARY,
      by: DAEMON,
    })
    reduce(state, { type: 'issue.edited', at: 3, machine: HUB, number: 1, digest: 'd1' })
    expect(told(state)).to.include('CANARY')
    reduce(state, { type: 'issue.edited', at: 3, machine: HUB, number: 1, digest: 'd2' })
    expect(told(state)).to.not.include('CANARY')
    const again = decodeState(encodeState(state), JOURNAL_FORMAT)
    expect(again).to.be.an('object')
    expect(told(again as typeof state)).to.equal(told(state))
  })
})
