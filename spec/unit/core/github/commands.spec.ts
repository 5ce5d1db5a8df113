import { expect } from 'chai'
import { parseCommand } from '../../../../lib/core/github/commands/command.js'
import { whyNoCommand } from '../../../../lib/core/github/commands/may-command.js'
import { gateCode } from '../../../../lib/core/github/gate-code.js'
import { formatMarker } from '../../../../lib/core/github/marker.js'
import type { CommentFacts } from '../../../../lib/core/github/model.js'

const NOW = Date.parse('2026-11-28T00:00:00Z')
const comment = (more: Partial<CommentFacts> = {}): CommentFacts => ({
  id: 10,
  issue: 1,
  body: '/orchestra pause',
  author: { id: 1, login: 'ada', type: 'User' },
  app: null,
  url: '',
  createdAt: '2026-11-27T23:00:00Z',
  updatedAt: '2026-11-27T23:00:00Z',
  ...more,
})

describe('a command in a comment', () => {
  it('is the first line, exactly so', () => {
    expect(parseCommand('/orchestra approve p0 ABCDE\nthanks')).to.deep.equal({
      command: { kind: 'approve', gate: 'p0', code: 'abcde' },
    })
    expect(parseCommand('/orchestra deny p0 abcde not yet\u001b[31m')).to.deep.equal({
      command: { kind: 'deny', gate: 'p0', code: 'abcde', why: 'not yet' },
    })
    expect(parseCommand('/orchestra retry issue-7')).to.deep.equal({
      command: { kind: 'retry', task: 'issue-7' },
    })
    for (const body of [
      '> /orchestra pause',
      '`/orchestra pause`',
      '```\n/orchestra pause\n```',
      ' /orchestra pause',
      'hi\n/orchestra pause',
      '/orchestrate pause',
      '<!-- -->/orchestra pause',
      '/Orchestra pause',
    ])
      expect(parseCommand(body), body).to.equal(null)
    for (const body of [
      '/orchestra',
      '/orchestra approve p0',
      '/orchestra approve p0 abcde please',
      '/orchestra pause now',
      '/orchestra retry a b',
      '/orchestra retry ../x',
      '/orchestra drop',
    ])
      expect(parseCommand(body), body).to.have.property('wrong')
  })

  it('counts only of a person, unedited, after the first look, not older than a day', () => {
    const facts = {
      identity: { id: 99, login: 'bot', type: 'User' },
      after: 5,
      now: NOW,
      only: [] as string[],
    }
    expect(whyNoCommand(comment(), facts)).to.equal(null)
    const refused: readonly Partial<CommentFacts>[] = [
      { id: 5 },
      { author: null },
      { author: { id: 99, login: 'bot', type: 'User' } },
      { author: { id: 2, login: 'evil[bot]', type: 'User' } },
      { author: { id: 2, login: 'evil', type: 'Bot' } },
      { app: 'some-app' },
      { updatedAt: '2026-11-27T23:00:01Z' },
      { createdAt: '2026-11-26T23:00:00Z', updatedAt: '2026-11-26T23:00:00Z' },
    ]
    for (const more of refused)
      expect(whyNoCommand(comment(more), facts), JSON.stringify(more)).to.be.a('string')
    expect(whyNoCommand(comment(), { ...facts, only: ['Ada'] })).to.equal(null)
    expect(whyNoCommand(comment(), { ...facts, only: ['1'] })).to.equal(null)
    expect(whyNoCommand(comment(), { ...facts, only: ['eve'] })).to.include('is not one of')
  })

  it('counts of the account of the token only where the layout names it, and never with a marker of ours', () => {
    const identity = { id: 1, login: 'ada', type: 'User' }
    const facts = { identity, after: 5, now: NOW, only: [] as string[] }
    expect(whyNoCommand(comment(), facts)).to.include('ada is the account of the token')
    expect(whyNoCommand(comment(), { ...facts, only: ['eve'] })).to.include('the account of the token')
    expect(whyNoCommand(comment(), { ...facts, only: ['ada'] })).to.equal(null)
    const marker = formatMarker({ store: 'abcdef', key: 'comment/1', code: 'm'.repeat(22) })
    const ours = comment({ body: `/orchestra pause\n\n${marker}` })
    expect(whyNoCommand(ours, { ...facts, only: ['ada'] })).to.be.a('string')
  })

  it('needs a code that changes with the revision', () => {
    expect(gateCode('p0', 'r1')).to.match(/^[a-z2-7]{5}$/)
    expect(new Set([gateCode('p0', 'r1'), gateCode('p0', 'r2'), gateCode('p1', 'r1')]).size).to.equal(3)
  })
})
