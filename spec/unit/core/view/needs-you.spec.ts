/** What needs a person is one number and one list, whichever view shows it. */
import { expect } from 'chai'
import { renderStatus } from '../../../../lib/cli/render/status.js'
import { lineText } from '../../../../lib/core/view/spans.js'
import { queueLines } from '../../../../lib/core/view/queue-lines.js'
import { statusView } from '../../../../lib/core/view/status-view.js'
import { sessionStatusText } from '../../../../lib/core/view/view-status.js'
import type { Attention } from '../../../../lib/core/protocol/status.js'
import { agentRow, attentionOf, levelSix, NOW, statusDocument, taskRow } from './sample-status.js'

const LOOK = { ascii: false, color: false, now: NOW, offsetMin: 0 }
const since = new Date(NOW - 21_000).toISOString()
const summaryWith = (...entries: readonly Omit<Attention, 'human'>[]) => {
  const attention = attentionOf(...entries)
  return { ...statusDocument().summary, attention, needs_you: attention.filter(({ human }) => human).length }
}
const ID = 'a'.repeat(64)
const gate = {
  id: 'ok',
  title: null,
  status: 'waiting',
  after: ['first'],
  approve: 'human',
  role: null,
  count: 1,
  approvers: [],
  criteria: [],
  since,
  reason: null,
  prompt_id: ID,
  question: ['Gate ok'],
} as const

/** One gate waits, and nothing else. */
const waiting = statusDocument({
  tasks: [taskRow('later', 'PENDING')],
  gates: [gate],
  summary: {
    ...summaryWith({ kind: 'gate_waiting', id: 'ok', text: 'waits for approval', since }),
    tasks: 1,
  },
})

describe('what needs a person', () => {
  it('counts gates as it counts agents, in the bar, the queue, the forecast and the list', () => {
    expect(sessionStatusText(waiting)).to.include('◐1')
    const queue = queueLines(statusView(waiting, NOW), 80, 30, LOOK).map(lineText)
    expect(queue[0]).to.equal(' NEEDS YOU: 1 ')
    expect(queue.slice(0, 3).join('\n')).to.include('ok').and.include('orchestra approve ok --prompt-id')
    const status = renderStatus(waiting, { ...LOOK, cols: 80 })
    expect(status).to.include(' NEEDS YOU: 1').and.include('1 needs you · waits for you since 21s')
    expect(status).to.not.match(/\bends\b|any moment/)
  })

  it('is one number, though there is bad news that may mend itself', () => {
    const doc = levelSix()
    expect(doc.summary.attention).to.have.length(5)
    expect(doc.summary.needs_you).to.equal(3)
    expect(sessionStatusText(doc)).to.include('◐3')
    expect(renderStatus(doc, { ...LOOK, cols: 60 }))
      .to.include(' NEEDS YOU: 3 ')
      .and.include('3 need you')
    expect(queueLines(statusView(doc, NOW), 60, 30, LOOK).map(lineText)[0]).to.equal(' NEEDS YOU: 3 ')
  })

  it('is never cut: at 40 columns the whole of it stands there, what it is about first', () => {
    const command = 'for f in one two three; do touch "$f-lab.txt"; done; rm -rf build/output/release'
    const text = `${command} — Do you want to proceed?`
    const doc = statusDocument({
      agents: [agentRow('A-1', 'waiting', { text, prompt_id: ID })],
      summary: summaryWith({ kind: 'agent_waiting', id: 'A-1', text, since }),
    })
    const rows = renderStatus(doc, { ...LOOK, cols: 40 }).split('\n')
    const from = rows.findIndex((row) => row.includes('NEEDS YOU'))
    const said = rows.slice(from + 2, rows.indexOf('', from)).map((row) => row.trim())
    expect(said.join(' ')).to.equal(`${text} → orchestra approve A-1 --prompt-id \\ ${ID.slice(0, 32)}`)
  })

  it('names the daemon in the commands to paste', () => {
    const rows = renderStatus(waiting, { ...LOOK, cols: 120, program: 'orchestra --host laptop' })
    expect(rows).to.include('orchestra --host laptop approve ok --prompt-id')
  })
})
