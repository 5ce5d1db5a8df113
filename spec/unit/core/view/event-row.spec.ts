import { expect } from 'chai'
import { DAEMON } from '../../../../lib/core/principal.js'
import type { AgentId, AttemptId } from '../../../../lib/core/ids.js'
import type { RunEvent } from '../../../../lib/core/run/events.js'
import { initialState, reduce } from '../../../../lib/core/run/reduce.js'
import { renderReport } from '../../../../lib/core/run/rows/report.js'
import { eventRow } from '../../../../lib/core/view/event-row.js'
import { PERSON } from '../../../support/principals.js'

const agent = 'A-1' as AgentId
const answered: RunEvent = {
  type: 'prompt.answered',
  at: 0,
  agent,
  generation: 1,
  approved: true,
  promptId: 'p1',
  question: ['Do you want to run this command?', 'rm -rf build'],
  option: 'Yes',
  rule: null,
  by: PERSON,
}
const listed: RunEvent = { ...answered, at: 1000, rule: 'run this', by: DAEMON }

describe('an answered prompt', () => {
  it('is a line that says who said yes to what exactly', () => {
    expect(eventRow(7, answered)).to.include({
      type: 'prompt.answered',
      subject: 'A-1',
      text: 'approved by person:1000: Do you want to run this command? rm -rf build (Yes)',
      by: 'person:1000',
    })
    expect(eventRow(8, listed)).to.include({
      text: 'approved by the daemon (auto_approve: run this): Do you want to run this command? rm -rf build (Yes)',
      by: 'daemon',
    })
  })

  it('stands in the report, with the question and who answered', () => {
    const state = initialState()
    reduce(state, answered)
    reduce(state, listed)
    const report = renderReport(state, 5000)
    expect(report).to.include('## Questions and answers')
    expect(report).to.match(
      /A-1 \| Do you want to run this command\? rm -rf build \| yes: Yes \| person:1000 \|/,
    )
    expect(report).to.match(/yes: Yes \| the daemon \(auto_approve: run this\) \|/)
  })
})

describe('the end of an agent', () => {
  it('that we ended is no failure, however its program ended', () => {
    const exited = {
      type: 'agent.exited',
      at: 0,
      agent,
      generation: 1,
      exitCode: null,
      signal: 'HUP',
    } as const
    const stands = { ...exited, reason: 'idle again: stands by', asked: true }
    expect(eventRow(1, stands)).to.include({ text: 'ended: idle again: stands by', level: 'info' })
    const closed = { ...exited, reason: 'its terminal was closed', asked: false }
    expect(eventRow(2, closed)).to.include({ text: 'exited (HUP): its terminal was closed', level: 'bad' })
  })
})

describe('the cause of an event', () => {
  const cause = (event: RunEvent) => eventRow(1, event).by

  it('is the attempt that reported, and nobody for what was merely seen', () => {
    const attempt = 'T.1' as AttemptId
    expect(
      cause({ type: 'attempt.progressed', at: 0, attempt, progress: 0.5, text: null, checkpoint: null }),
    ).to.equal('attempt:T.1')
    expect(cause({ type: 'run.finished', at: 0 })).to.equal(null)
    expect(cause({ type: 'run.paused', at: 0, by: PERSON })).to.equal('person:1000')
  })
})
