import { expect } from 'chai'
import type { EscalationRow } from '../../../../lib/core/protocol/status.js'
import { displayWidth } from '../../../../lib/core/text/display-width.js'
import { escalationLines } from '../../../../lib/core/view/escalation-lines.js'
import { lineText } from '../../../../lib/core/view/spans.js'

const row = (over: Partial<EscalationRow>): EscalationRow => ({
  id: 'E1',
  state: 'open',
  kind: 'task_failed',
  subject: 'pg',
  task: 'pg',
  urgent: true,
  issue: 'pg failed after 2 attempts',
  blocker: 'exit status 3',
  proposal: 'orchestra retry pg',
  impact: '1 task waits for it: orm',
  layer: 'L1',
  opened_at: '2026-11-21T04:00:00.000Z',
  told: [],
  next: { layer: 'L0', at: '2026-11-21T05:00:00.000Z' },
  acked_by: null,
  acked_at: null,
  closed_at: null,
  ...over,
})
const look = { ascii: false, now: Date.parse('2026-11-21T04:30:00Z'), offsetMin: 0 }
const said = (rows: readonly EscalationRow[], cols = 200) => escalationLines(rows, cols, look).map(lineText)

describe('the lines of escalations', () => {
  it('say what is open, at which layer, and what comes next', () => {
    expect(said([row({}), row({ id: 'E2', state: 'closed' })])).to.deep.equal([
      '▲ E1 URGENT L1 pg failed after 2 attempts  next L0 at 05:00',
    ])
    expect(said([row({ state: 'acked', urgent: false, acked_by: 'person:1000', next: null })])).to.deep.equal(
      ['◐ E1 L1 pg failed after 2 attempts  taken on by person:1000'],
    )
  })

  it('are few, and fit any screen', () => {
    const many = Array.from({ length: 9 }, (_, n) => row({ id: `E${n}` }))
    expect(said(many).at(-1)).to.equal('and 4 more: orchestra escalations')
    for (const cols of [40, 80, 200])
      for (const text of said(many, cols)) expect(displayWidth(text)).to.be.at.most(cols)
  })
})
