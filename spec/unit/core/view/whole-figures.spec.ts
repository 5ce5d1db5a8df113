import { expect } from 'chai'
import fc from 'fast-check'
import type { StatusDocument } from '../../../../lib/core/protocol/status.js'
import { clipWhole, shorten } from '../../../../lib/core/text/fit.js'
import { attentionLines } from '../../../../lib/core/view/attention-lines.js'
import { queueLines } from '../../../../lib/core/view/queue-lines.js'
import { lineText, lineWidth, type Line } from '../../../../lib/core/view/spans.js'
import { statusLines } from '../../../../lib/core/view/status-lines.js'
import { statusView } from '../../../../lib/core/view/status-view.js'
import { renderAgents, renderMachines, renderTasks } from '../../../../lib/cli/render/tables.js'
import { monitorFrame } from '../../../../lib/tui/draw/monitor-frame.js'
import { monitorState, press } from '../../tui/monitor-state.js'
import { agentRow, levelSix, machineRow, NOW, statusDocument, taskRow } from './sample-status.js'

const LOOK = { ascii: false, offsetMin: 540, now: NOW }

/** Every figure that may be cut is one of these: six digits, of which the first three occur nowhere else. */
const planted = fc.integer({ min: 973_000, max: 974_999 })

/** A session whose ids, texts and counts are full of such figures. */
const session = fc
  .tuple(fc.array(planted, { minLength: 12, maxLength: 12 }), fc.integer({ min: 1, max: 40 }))
  .map(([n, size]): StatusDocument => {
    const at = (index: number) => n[index % n.length] ?? 0
    const doc = levelSix()
    const agents = Array.from({ length: size }, (_, i) =>
      agentRow(`A-${at(i)}`, i % 3 === 0 ? 'working' : 'waiting', {
        task: `T-${at(i + 1)}`,
        progress: 0.5,
        text: `wrote ${at(i + 2)} of ${at(i + 3)} rows`,
        label: i % 2 === 0 ? `no ${at(i)}` : null,
      }),
    )
    const tasks = Array.from({ length: size }, (_, i) =>
      taskRow(`T-${at(i)}`, i % 2 === 0 ? 'FAILED' : 'IN_PROGRESS', {
        title: `look at ${at(i + 4)}/${at(i + 5)} rows, ${at(i)}`,
        needs: [`T-${at(i + 1)}`, `T-${at(i + 2)}`],
        reason: `exit status 1 after ${at(i + 6)}.${at(i + 7)} s`,
      }),
    )
    const attention = agents.slice(0, 9).map(({ id, text }) => ({
      kind: 'agent_waiting' as const,
      id,
      text: `${text ?? ''} and ${at(1)}`,
      since: null,
      human: true,
    }))
    const summary = {
      ...doc.summary,
      attention,
      working: at(0),
      failed: at(1),
      completed: at(2),
      tasks: at(3),
    }
    const machines = [machineRow(`m${at(8)}`, { problems: [`port ${at(9)} is taken`], agents: at(10) })]
    return { ...statusDocument({ agents, tasks }), session: `s-${at(11)}`, summary, machines }
  })

function expectWhole(text: string, cols: number): void {
  for (const [digits] of text.matchAll(/\d+/g)) {
    if (digits.startsWith('97') && digits.length < 6)
      throw new Error(`${cols} columns cut ${digits}:\n${text}`)
  }
}
const textOf = (lines: readonly Line[]) => lines.map(lineText).join('\n')

describe('a figure', () => {
  it('is whole or absent in a text that is cut', () => {
    expect(shorten('AGENTS 20', 9)).to.equal('AGENTS 20')
    expect(shorten('AGENTS 20', 8)).to.equal('AGENTS…')
    expect(shorten('ready 9/15 tasks', 10)).to.equal('ready…')
    expect(shorten('ready 9/15 tasks', 13)).to.equal('ready 9/15 t…')
    expect(shorten('load 14.8', 8)).to.equal('load…')
    expect(clipWhole('at 12:30:05', 8)).to.equal('at ')
    expect(shorten('1234', 3)).to.equal('…')
  })

  for (const [count, size] of [
    ['12', 12],
    ['20', 20],
    ['105', 105],
  ] as const) {
    it(`in a table's title is whole, whatever is short below it: ${count}`, () => {
      const agents = Array.from({ length: size }, (_, i) => agentRow(`a${i}`, 'working'))
      const tasks = Array.from({ length: size }, (_, i) => taskRow(`t${i}`, 'IN_PROGRESS'))
      const doc = statusDocument({ agents, tasks })
      for (let cols = 20; cols <= 200; cols += 1) {
        const rows = statusLines(doc, { ...LOOK, cols }).map(lineText)
        for (const title of ['AGENTS', 'TASKS']) {
          const [, shown] = new RegExp(`(?:^|\\s)${title} (\\d*)(?:\\s|$)`, 'm').exec(rows.join('\n')) ?? []
          expect(shown, `${title} in ${cols} columns`).to.equal(count)
        }
        for (const row of statusLines(doc, { ...LOOK, cols })) expect(lineWidth(row)).to.be.at.most(cols)
      }
    })
  }

  it('is whole or absent in status and tables, at any width', () => {
    fc.assert(
      fc.property(session, fc.integer({ min: 20, max: 200 }), (doc, cols) => {
        const view = statusView(doc, NOW)
        const options = { ...LOOK, cols, color: false }
        expectWhole(textOf(statusLines(doc, { ...LOOK, cols })), cols)
        expectWhole(textOf(attentionLines(view, cols, LOOK)), cols)
        expectWhole(textOf(queueLines(view, cols, 40, LOOK)), cols)
        for (const render of [renderAgents, renderMachines, renderTasks])
          expectWhole(render(doc, options), cols)
      }),
      { numRuns: 150 },
    )
  })

  it('is whole or absent in the monitor, at any width', () => {
    fc.assert(
      fc.property(
        session,
        fc.integer({ min: 20, max: 200 }),
        fc.integer({ min: 12, max: 60 }),
        (doc, cols, rows) => {
          // A line that is wrapped in the details loses nothing; a figure that is longer than the line is broken there.
          for (const keys of ['', '2', '3', ...(cols < 60 ? [] : ['2 enter', '3 enter'])]) {
            const frame = monitorFrame(press(monitorState(doc), keys), { ...LOOK, cols, rows })
            expectWhole(frame.rows.map((row) => row.map(({ text }) => text).join('')).join('\n'), cols)
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})
