import { expect } from 'chai'
import { decodeEvent } from '../../../../../lib/core/run/journal/decode-event.js'
import { JOURNAL_FORMAT } from '../../../../../lib/core/run/journal/format.js'
import { journalFixtures } from '../../../../support/journal-fixtures.js'

const exited = {
  type: 'agent.exited',
  at: 5,
  agent: 'A',
  generation: 1,
  exitCode: 0,
  signal: null,
  reason: 'ended',
  asked: true,
}
const decode = (event: unknown, format = JOURNAL_FORMAT) => decodeEvent(JSON.stringify(event), format)

describe('decodeEvent', () => {
  it('gives back what is right', () => {
    expect(decode(exited)).to.deep.equal(exited)
  })

  it('names the field that is not what it must be', () => {
    const { exitCode: _, ...without } = exited
    expect(decode(without)).to.deep.equal({
      problem: 'damaged',
      type: 'agent.exited',
      why: 'exitCode: number expected, found nothing',
    })
    expect(decode({ ...exited, at: 'now' })).to.include({ why: 'at: number expected, found a string' })
    const observation = { state: 'dreaming', confidence: 1 }
    expect(decode({ type: 'agent.observed', at: 1, agent: 'A', generation: 1, observation })).to.include({
      problem: 'damaged',
      type: 'agent.observed',
    })
  })

  it('knows no half of an event', () => {
    for (const text of ['', '{"type":"agent.exi', 'null', '[]', '7', '{"at":1}'])
      expect(decodeEvent(text, JOURNAL_FORMAT), text).to.include({ problem: 'damaged', type: null })
  })

  it('refuses a type that it does not know, whatever else is in it', () => {
    for (const type of ['github.issue_imported', 'constructor', '__proto__', ''])
      expect(decode({ type, at: 1 })).to.deep.equal({ problem: 'unknown', type })
  })

  it('refuses a newer format even of a type that it knows', () => {
    const format = JOURNAL_FORMAT + 1
    expect(decode(exited, format)).to.deep.equal({ problem: 'newer', format })
  })

  it('fills in what layouts of earlier versions did not have', () => {
    const local = journalFixtures().find(({ name }) => name === 'v1/local')
    const event = JSON.parse(local?.events[0] ?? '') as {
      layout: Record<string, unknown> & { agents: Record<string, unknown>[] }
    }
    expect(event.layout).to.include.keys('gates', 'waves')
    for (const key of ['gates', 'waves', 'notify', 'mcpServers']) delete event.layout[key]
    for (const agent of event.layout.agents) for (const key of ['stallMs', 'mode']) delete agent[key]
    const decoded = decode(event, 1) as unknown as typeof event
    expect(decoded.layout).to.deep.include({ gates: [], waves: { barrier: false }, mcpServers: [] })
    for (const agent of decoded.layout.agents)
      expect(agent).to.include({ stallMs: null, mode: 'interactive' })
  })
})
