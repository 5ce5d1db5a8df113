/** The views of a plan in the monitor, as wide as a phone, a terminal and a large screen. */
import { expect } from 'chai'
import type { MilestoneRow, PhaseRow } from '../../../lib/core/protocol/status.js'
import type { WorkersDocument } from '../../../lib/core/protocol/workers.js'
import { displayWidth } from '../../../lib/core/text/display-width.js'
import { monitorFrame } from '../../../lib/tui/draw/monitor-frame.js'
import type { MonitorState } from '../../../lib/tui/ui/state.js'
import { update } from '../../../lib/tui/ui/update.js'
import { levelSix, NOW } from '../core/view/sample-status.js'
import { AT, monitorState, press } from './monitor-state.js'

const phase = (n: number): PhaseRow => ({
  id: `p${n}`,
  title: `Phase number ${n}`,
  goal: null,
  state: 'in_progress',
  done: 1,
  total: 4,
  failed: 0,
  tasks: [],
  needs: [],
  workers: [],
  gate: null,
  gate_status: null,
  estimated_time: 0,
  worked_time: 0,
  started_at: null,
  ended_at: null,
})
const MILESTONE: MilestoneRow = {
  id: 'm2',
  title: 'P0 Critical',
  due: '2026-12-19T15:00:00.000Z',
  forecast: '2026-12-20T01:00:00.000Z',
  state: 'late',
  late_s: 36_000,
  slow_forecast: '2026-12-20T05:00:00.000Z',
  slow_late_s: 50_400,
  done: 12,
  total: 18,
  stuck: [],
  stop_other_work: false,
  since: null,
}
const WORKERS: WorkersDocument = {
  version: 1,
  session: 's',
  at: '2026-11-21T04:30:00.000Z',
  workers: [
    {
      id: 'W-1',
      role: 'implement',
      machine: 'mugen',
      state: 'limited',
      reason: null,
      task: 'pg',
      standby: [],
      phases: ['p1'],
      completed: 3,
      attempts: 4,
      worked_s: 3600,
      blocked_s: 900,
      blocked_share: 0.2,
    },
  ],
  matrix: [
    {
      role: 'implement',
      phase: 'p1',
      machine: 'mugen',
      workers: 2,
      completed: 3,
      in_progress: 1,
      ready: 2,
      worked_s: 3600,
      blocked_s: 900,
    },
  ],
}
const phases = Array.from({ length: 30 }, (_, n) => phase(n))
const doc = levelSix({ phases, milestones: [MILESTONE], timezone: 'Asia/Tokyo' })
const heard = update(monitorState(doc), { type: 'workers', doc: WORKERS }, AT).state
const viewed = (view: MonitorState['view']): MonitorState => ({ ...heard, view })

function screen(state: MonitorState, cols: number, rows: number): string {
  const frame = monitorFrame(state, { cols, rows, ascii: false, now: NOW, offsetMin: 0 })
  const lines = frame.rows.map((pieces) => pieces.map(({ text }) => text).join(''))
  for (const line of lines) expect(displayWidth(line), line).to.equal(cols)
  return lines.join('\n')
}

describe('the plan in the monitor', () => {
  const SEEN = {
    phases: ['p0 Phase number 0', '█████░░░░░░░░░░░░░░░', '1/4', 'in progress'],
    milestones: ['m2', 'late by 10h00m', '12/18'],
    gates: ['GATE', 'STATUS'],
    workers: ['W-1', 'limited', '15m00s', 'PHASE', 'implement'],
  } as const
  for (const [view, words] of Object.entries(SEEN)) {
    it(`shows ${view} on 40, 80 and 200 columns`, () => {
      for (const [cols, rows] of [
        [40, 24],
        [80, 24],
        [200, 50],
      ] as const)
        for (const word of words)
          expect(screen(viewed(view as keyof typeof SEEN), cols, rows)).to.include(word)
    })
  }

  it('scrolls what is longer than the screen, and not beyond its end', () => {
    const top = viewed('phases')
    expect(screen(top, 80, 24))
      .to.include('p0 ')
      .and.not.include('overall')
    const end = { ...top, scroll: 500 }
    expect(screen(end, 80, 24))
      .to.include('overall')
      .and.include('p29 ')
      .and.not.include('p0 ')
    const down = press(top, 'jj')
    expect(down.scroll).to.equal(0)
    const small = { ...AT, size: { cols: 80, rows: 24 } }
    const moved = update(top, { type: 'key', key: { name: 'j', text: 'j' } }, small).state
    expect(screen(moved, 80, 24))
      .to.include('p1 ')
      .and.not.include('p0 ')
  })

  it('scrolls to the end where the margin of the screen makes a page longer', () => {
    const narrow = { ...AT, size: { cols: 73, rows: 24 } }
    const end = update(viewed('phases'), { type: 'key', key: { name: 'G', text: 'G' } }, narrow).state
    expect(screen(end, 73, 24)).to.include('overall')
  })

  it('goes through the views that have something to show', () => {
    const seen: string[] = []
    let state = heard
    do seen.push((state = press(state, 'v')).view)
    while (state.view !== 'monitor')
    expect(seen).to.deep.equal(['queue', 'events', 'status', 'phases', 'milestones', 'gates', 'workers', 'monitor']) // prettier-ignore
    const plain = monitorState(levelSix({ gates: [] }))
    expect(press(plain, 'vvvv').view).to.equal('monitor')
  })
})
