import { expect } from 'chai'
import { monitorFrame } from '../../../lib/tui/draw/monitor-frame.js'
import { agentRow, NOW, statusDocument, taskRow } from '../core/view/sample-status.js'
import { monitorState, press } from './monitor-state.js'

const task = taskRow('one', 'IN_PROGRESS', {
  agent: 'CG-1',
  machine: 'mugen',
  tree: {
    slot: 'app.mugen.1',
    path: '/wood/app.01',
    branch: 'orchestra/s/one.1',
    base: '0123456789abcdef',
    base_at: new Date(NOW - 3 * 3_600_000).toISOString(),
    head: 'fedcba9876543210',
    commits: 2,
    files: 3,
  },
})
const doc = statusDocument({ tasks: [task], agents: [agentRow('CG-1', 'working', { task: 'one' })] })

describe('details in the monitor', () => {
  for (const [what, keys] of [
    ['a task', '2 enter'],
    ['its agent', '1 enter'],
  ] as const)
    it(`of ${what} say on which branch it works, how old its base is, and what it changed`, () => {
      const look = { cols: 80, rows: 24, ascii: false, now: NOW, offsetMin: 0 }
      const { rows } = monitorFrame(press(monitorState(doc), keys), look)
      const text = rows.map((pieces) => pieces.map((piece) => piece.text).join('')).join('\n')
      expect(text.replace(/\s+/g, ' ')).to.match(
        /tree +orchestra\/s\/one\.1; base 0123456789, 3h old; 2 commits, 3 files changed/,
      )
    })

  it('of a task show what it printed after l, and what happened before', () => {
    const look = { cols: 80, rows: 24, ascii: false, now: NOW, offsetMin: 0 }
    const textOf = (state: ReturnType<typeof monitorState>) =>
      monitorFrame(state, look)
        .rows.map((pieces) => pieces.map((piece) => piece.text).join(''))
        .join('\n')
    const peek = { agent: 'one', mode: 'screen', lines: [], at: NOW, error: null } as const
    const open = { ...press(monitorState(doc), '2 enter'), peek }
    expect(textOf(open)).to.include('what happened (l: log)')
    const asked = press(open, 'l')
    expect(asked.peek?.mode).to.equal('log')
    const heard = { ...asked, peek: { ...peek, mode: 'log' as const, lines: ['counted', 'checked'] } }
    expect(textOf(heard)).to.include('counted').and.to.include('log, live (l: back)')
  })
})
