import { expect } from 'chai'
import { alsoMade } from '../../../lib/cli/daemon/ensure-daemon.js'
import { renderPlan } from '../../../lib/cli/render/plan.js'
import { stateWord } from '../../../lib/cli/verbs/wait.js'
import type { PlanStep, UpResponse } from '../../../lib/core/protocol/api.js'
import { plural } from '../../../lib/core/text/plural.js'

describe('stateWord', () => {
  it('takes a state in any letters, and the word of the tables', () => {
    expect(['completed', 'done', 'running', 'IDLE', 'READY', 'pending'].map(stateWord)).to.deep.equal([
      'COMPLETED',
      'COMPLETED',
      'IN_PROGRESS',
      'idle',
      'READY',
      'PENDING',
    ])
    expect(stateWord('nonsense')).to.equal('nonsense')
  })
})

describe('alsoMade', () => {
  it('does not forget what the first of two requests made', () => {
    const first = {
      created: ['create window 1 A (a)'],
      createdPanes: 2,
      changed: [],
      left: 0,
      missing: ['a'],
    }
    const second = { created: [], createdPanes: 1, changed: [], left: 1, missing: [] }
    expect(alsoMade(first as unknown as UpResponse, second as unknown as UpResponse)).to.deep.equal({
      created: ['create window 1 A (a)'],
      createdPanes: 3,
      changed: [],
      left: 0,
      missing: [],
    })
  })
})

describe('renderPlan', () => {
  const step = (over: Partial<PlanStep>): PlanStep => ({
    action: 'create',
    kind: 'window',
    subject: '',
    machine: null,
    command: null,
    why: null,
    ...over,
  })

  it('says each thing once', () => {
    const steps = [
      step({ subject: '4 Tests (A)' }),
      step({ action: 'change', subject: 'reorder panes of Impl' }),
      step({ action: 'start', kind: 'agent', subject: 'A', machine: 'here', command: 'demo' }),
    ]
    expect(renderPlan(steps).split('\n')).to.deep.equal([
      '+ create window 4 Tests (A)',
      '~ reorder panes of Impl',
      '+ start agent A on here: demo',
      '2 to make, 1 to change, 0 to stop, 0 left as they are',
      '',
    ])
  })
})

describe('plural', () => {
  it('knows one from many', () => {
    expect([0, 1, 2].map((n) => plural(n, 'window'))).to.deep.equal(['0 windows', '1 window', '2 windows'])
  })
})
