import { expect } from 'chai'
import { decodeRules } from '../../../../lib/core/status/decode-rules.js'
import { classifyScreen } from '../../../../lib/core/status/match-screen.js'
import { mergeRules, type RuleSet } from '../../../../lib/core/status/rules.js'
import { plainSegments } from '../../../../lib/core/status/segment.js'
import { inRange } from '../../../../lib/core/status/versions.js'

const builtin: RuleSet = {
  type: 'x',
  pinned: ['1.0'],
  rules: [
    {
      id: 'ask',
      state: 'waiting',
      priority: 90,
      all: [{ in: 'tail:3', matches: 'Do you want to proceed\\?' }],
    },
    { id: 'busy', state: 'working', all: [{ in: 'title', matches: '^⠋' }] },
    { id: 'old', state: 'idle', versions: '<2', all: [{ in: 'screen', matches: 'ready' }] },
  ],
}
const classify = (screen: string, title = '', version: string | null = null, rules = builtin) =>
  classifyScreen({ rules, segment: plainSegments, version, title, rows: screen.split('\n') })

describe('screen rules', () => {
  it('match across the line ends of a narrow screen', () => {
    expect(classify('│ Do you want to │\n│ proceed?       │')).to.include({
      state: 'waiting',
      rule: 'ask',
      evidence: 'screen',
    })
  })

  it('are tried by priority', () => {
    expect(classify('Do you want to proceed?', '⠋ x').state).to.equal('waiting')
    expect(classify('so what', '⠋ x')).to.include({ state: 'working', evidence: 'title' })
  })

  it('look only where they say', () => {
    expect(classify('Do you want to proceed?\na\nb\nc').state).to.equal('unknown')
  })

  it('belong to versions', () => {
    expect(classify('ready', '', '1.9.3').state).to.equal('idle')
    expect(classify('ready', '', '2.0.0').state).to.equal('unknown')
    expect(classify('ready').state).to.equal('idle')
    expect([
      inRange('2.1.329', '>=2.1.200 <3'),
      inRange('2.1.197', '>=2.1.200'),
      inRange('v0.169', '0.169.0'),
    ]).to.deep.equal([true, false, true])
  })

  it('call a screen that no rule knows unknown, never idle', () => {
    expect(classify('')).to.include({ state: 'unknown', rule: null })
    expect(classify('what is this')).to.include({ state: 'unknown' })
  })

  it('are replaced, added and switched off by the user’s own', () => {
    const decoded = decodeRules({
      disable: ['busy'],
      rules: [
        { id: 'ask', state: 'limited', all: [{ in: 'screen', matches: 'proceed' }] },
        { id: 'mine', state: 'error', all: [{ in: 'screen', matches: 'boom' }] },
      ],
    })
    if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems))
    const merged = mergeRules(builtin, decoded.override)
    expect(classify('proceed', '⠋', null, merged).state).to.equal('limited')
    expect(classify('boom', '⠋', null, merged).state).to.equal('error')
    expect(classify('x', '⠋', null, merged).state).to.equal('unknown')
  })

  it('of the user are refused with every problem named', () => {
    const decoded = decodeRules({
      rules: [{ id: 'a', state: 'done', all: [{ in: 'nowhere', matches: '(' }], colour: 1 }, 3],
    })
    expect(decoded.ok ? [] : decoded.problems.map((problem) => problem.path)).to.deep.equal([
      'rules[0].colour',
      'rules[0].state',
      'rules[0].all[0].in',
      'rules[0].all[0].matches',
      'rules[1]',
    ])
  })
})
