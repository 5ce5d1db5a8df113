import { expect } from 'chai'
import type { EscalationRow } from '../../../lib/core/protocol/status.js'
import { displayWidth } from '../../../lib/core/text/display-width.js'
import { monitorFrame } from '../../../lib/tui/draw/monitor-frame.js'
import type { MonitorState } from '../../../lib/tui/ui/state.js'
import { levelSix, NOW } from '../core/view/sample-status.js'
import { monitorState, press, pressed } from './monitor-state.js'

const row = (id: string, more: Partial<EscalationRow> = {}): EscalationRow => ({
  id,
  state: 'open',
  kind: 'task_failed',
  subject: 'Task-3',
  task: 'Task-3',
  urgent: true,
  issue: 'Task-3 failed after 2 attempts',
  blocker: 'exit 1: no database',
  proposal: 'retry it',
  impact: 'three tasks wait for it',
  layer: 'L2',
  opened_at: '2026-11-21T04:00:00.000Z',
  told: [
    {
      layer: 'L2',
      at: '2026-11-21T04:00:00.000Z',
      to: [
        { to: 'agent:CCG-1', state: 'sent', reason: null },
        { to: 'notify', state: 'failed', reason: 'exit 1' },
      ],
    },
  ],
  next: { layer: 'L1', at: '2026-11-21T05:00:00.000Z' },
  acked_by: null,
  acked_at: null,
  closed_at: null,
  ...more,
})
const OVER = row('E1', {
  state: 'closed',
  next: null,
  issue: 'CG-2 was limited',
  task: null,
  subject: 'CG-2',
})
const TAKEN = row('E3', { state: 'acked', acked_by: 'person:1000', next: null, issue: 'gate ok waits' })
const state = monitorState(levelSix({ escalations: [OVER, row('E2'), TAKEN], timezone: 'UTC' }))

function screen(of: MonitorState, cols: number, rows: number): string[] {
  const frame = monitorFrame(of, { cols, rows, ascii: false, now: NOW, offsetMin: 0 })
  const lines = frame.rows.map((pieces) => pieces.map(({ text }) => text).join(''))
  for (const line of lines) expect(displayWidth(line), line).to.equal(cols)
  return lines
}
const at = (lines: readonly string[], words: RegExp) => lines.findIndex((line) => words.test(line))

describe('the escalations of the monitor', () => {
  it('stand beside the other panels of a wide screen, those that are open first', () => {
    const lines = screen(state, 200, 50)
    expect(lines.join('\n')).to.match(/ ESCALATIONS 2 /)
    const rows = [/E2 +open +URGENT/, /E3 +acked/, /E1 +closed/].map((words) => at(lines, words))
    expect(rows)
      .to.deep.equal(rows.toSorted((a, b) => a - b))
      .and.not.to.include(-1)
    expect(screen(state, 250, 50).join('\n')).to.match(/CCG-1 notify \(not reached\)/)
  })

  it('have a tab and all of a narrow screen by 5', () => {
    expect(screen(state, 80, 24).join('\n')).to.match(/5 escalations 2/)
    for (const [cols, rows] of [
      [80, 24],
      [40, 24],
    ] as const)
      // prettier-ignore
      expect(screen(press(state, '5'), cols, rows).join('\n')).to.match(/E2 .*Task-3 fail/)
  })

  it('say in their details what is wrong, who was told, and who is next', () => {
    const text = screen(press(state, '5 enter'), 80, 24).join('\n')
    expect(text)
      .to.match(/E2 URGENT open {2}since 04:00/)
      .and.match(/blocker +exit 1: no database/)
      .and.match(/proposal +retry it/)
      .and.match(/impact +three tasks wait/)
      .and.match(/told +L2 at 04:00: agent:CCG-1 sent, notify failed: exit 1/)
      .and.match(/next +L1 at 05:00, without an ack/)
  })

  it('are taken on by t, and only while nobody has', () => {
    expect(pressed(state, '5 t').effects).to.deep.include({
      type: 'act',
      act: { type: 'ack', escalation: 'E2' },
    })
    const said = ['5 j t', '5 G t', '1 t'].map((keys) => {
      const { state: after, effects } = pressed(state, keys)
      expect(effects.some(({ type }) => type === 'act')).to.equal(false)
      return after.notice?.text
    })
    expect(said).to.deep.equal([
      'E3 is taken on by person:1000',
      'E1 is over',
      'choose an escalation to take on',
    ])
  })

  it('have no panel, no tab and no key where nobody was told of anything', () => {
    const none = monitorState(levelSix())
    for (const [cols, rows] of [
      [80, 24],
      [200, 50],
    ] as const)
      // prettier-ignore
      expect(screen(press(none, '5'), cols, rows).join('\n')).not.to.match(/escalations/i)
    expect(press(none, '2 5').focus).to.equal('tasks')
  })
})
