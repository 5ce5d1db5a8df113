import { expect } from 'chai'
import type { StatusDocument } from '../../../lib/core/protocol/status.js'
import { displayWidth } from '../../../lib/core/text/display-width.js'
import type { Row } from '../../../lib/tui/draw/frame.js'
import { monitorFrame } from '../../../lib/tui/draw/monitor-frame.js'
import type { MonitorState } from '../../../lib/tui/ui/state.js'
import { HOSTILE } from '../core/text/hostile.js'
import { withGithub } from '../core/view/github-sample.js'
import {
  agentRow,
  attentionOf,
  japanese,
  levelSix,
  manyAgents,
  NOW,
  statusDocument,
  taskRow,
} from '../core/view/sample-status.js'
import { monitorState, press } from './monitor-state.js'

const SIZES = [
  [20, 6],
  [40, 20],
  [61, 15],
  [80, 24],
  [100, 50],
  [119, 30],
  [120, 40],
  [250, 70],
] as const
const width = (row: Row) => row.reduce((sum, { text }) => sum + displayWidth(text), 0)
const textOf = (row: Row) => row.map(({ text }) => text).join('')
const draw = (state: MonitorState, cols: number, rows: number, ascii = false) =>
  monitorFrame(state, { cols, rows, ascii, now: NOW, offsetMin: 540 })
const textAt = (state: MonitorState, cols: number, rows: number) =>
  draw(state, cols, rows).rows.map(textOf).join('\n')

function expectExact(state: MonitorState): void {
  for (const [cols, rows] of SIZES) {
    const frame = draw(state, cols, rows)
    expect(frame.rows).to.have.length(rows)
    for (const row of frame.rows) expect(width(row), `${cols}x${rows}: ${textOf(row)}`).to.equal(cols)
    for (const hit of frame.hits) expect(hit.top + hit.ids.length).to.be.at.most(rows)
  }
}

describe('monitorFrame', () => {
  const docs: Record<string, StatusDocument> = {
    fifteen: levelSix(),
    many: manyAgents(200),
    japanese: japanese(),
    empty: statusDocument(),
  }
  it('fills every size exactly: what stands on GitHub', () => {
    const state = press(monitorState(withGithub()), 'vvvvv')
    expectExact(state)
    for (const [cols, rows] of [
      [40, 30],
      [80, 24],
      [200, 50],
    ] as const) {
      const text = textAt(state, cols, rows)
      expect(text).to.contain('Auto Rollback failure').and.contain('#1170')
    }
  })

  for (const [name, doc] of Object.entries(docs)) {
    it(`fills every size exactly: ${name}`, () => expectExact(monitorState(doc)))
  }

  for (const keys of [
    '?',
    'y',
    's',
    'enter',
    '/ab',
    'fcodex',
    '2 enter',
    '3 enter',
    '4 enter',
    '! enter',
    'v',
    'vv',
    'vvv',
  ]) {
    it(`fills every size exactly after the keys ${keys}`, () =>
      expectExact(press(monitorState(japanese()), keys)))
  }

  it('is ASCII when asked', () => {
    for (const view of ['', 'v', 'vv', 'vvv', '?', 'y', 's', 'enter']) {
      const frame = draw(press(monitorState(levelSix()), view), 130, 40, true)
      for (const row of frame.rows) expect(textOf(row).replace(/[↓↑]/g, ''), view).to.match(/^[\x20-\x7e]*$/)
    }
  })

  it('shows all four panels and what needs a person on a wide screen', () => {
    const text = textAt(monitorState(levelSix()), 200, 50)
    for (const word of ['NEEDS YOU: 3', 'MACHINES 2/5', 'AGENTS 15', 'TASKS 3/15', 'EVENTS 20'])
      expect(text).to.contain(word)
  })

  it('keeps what needs a person, and the keys, on a phone', () => {
    const text = textAt(monitorState(levelSix()), 40, 20)
    expect(text).to.contain('NEEDS YOU: 3').and.to.contain('CG-1').and.to.contain('? help')
  })

  it('takes the colours away and says so when the daemon is away', () => {
    const state = monitorState(levelSix(), { status: 'gone', since: NOW, reason: 'x' })
    const frame = draw(state, 100, 30)
    const rows = frame.rows.slice(0, -1).flat()
    expect(
      rows
        .filter(({ tone }) => tone !== 'quiet')
        .map(({ text }) => text.trim())
        .filter((t) => t !== ''),
    ).to.deep.equal(['THE DAEMON IS AWAY 0s; this is how it was at 13:29:59 · orchestra up starts it'])
  })

  it('shows the tasks where the run goes on, also once a person looks there', () => {
    const tasks = Array.from({ length: 15 }, (_, i) =>
      taskRow(`Task-${i + 1}`, i < 9 ? 'COMPLETED' : i === 9 ? 'IN_PROGRESS' : 'PENDING', { wave: i + 1 }),
    )
    const state = monitorState(statusDocument({ tasks }))
    const shown = (text: string) => tasks.map(({ id }) => id).filter((id) => new RegExp(`${id} `).test(text))
    expect(shown(textAt(state, 80, 24)).slice(0, 2)).to.deep.equal(['Task-9', 'Task-10'])
    const there = press(state, '2')
    expect(there.panels.tasks.chosen).to.equal('Task-10')
    expect(shown(textAt(there, 80, 24))).to.include('Task-10')
    expect(press(press(there, 'g'), '1').panels.tasks.chosen).to.equal('Task-1')
  })

  it('cuts no question, however narrow: what it is about stands below its row', () => {
    const command = 'for f in one two three; do touch "$f-lab.txt"; done; rm -rf build/output/release'
    const text = `${command} — Do you want to proceed?`
    const attention = attentionOf({ kind: 'agent_waiting', id: 'A', text, since: null })
    const summary = { ...statusDocument().summary, attention, needs_you: 1 }
    const doc = statusDocument({ agents: [agentRow('A', 'waiting', { text })], summary })
    const rows = textAt(monitorState(doc), 40, 20).split('\n')
    const at = rows.findIndex((row) => row.includes('NEEDS YOU: 1'))
    expect(
      rows
        .slice(at + 2, at + 5)
        .map((row) => row.trim())
        .join(' '),
    ).to.equal(command)
  })

  it('spells out what a person is about to approve', () => {
    const doc = statusDocument({
      agents: [agentRow('A', 'waiting', { question: ['Run?', 'rm x\u202e\x1b[8m -rf /'] })],
    })
    const text = textAt(press(monitorState(doc), 'y'), 80, 24)
    expect(text).to.contain('rm x\\u{202e}\\x1b[8m -rf /')
  })

  it('shows hostile text as text, wherever it stands', () => {
    for (const hostile of Object.values(HOSTILE)) {
      const doc = statusDocument({
        session: hostile,
        agents: [agentRow('A', 'waiting', { text: hostile, label: hostile })],
      })
      for (const keys of ['', 'enter', 'y', 'vvv']) {
        for (const row of draw(press(monitorState(doc), keys), 100, 30).rows)
          expect(textOf(row)).not.to.match(/[\p{Cc}\p{Cf}\p{Cs}]/u)
      }
    }
  })

  it('says what to do where there is nothing', () => {
    expect(textAt(monitorState(statusDocument()), 80, 24)).to.contain('no tasks yet: orchestra submit')
    expect(textAt(press(monitorState(levelSix()), 'fnobody'), 80, 24)).to.contain('none match nobody')
  })
})
