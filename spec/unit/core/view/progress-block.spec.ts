import { expect } from 'chai'
import type { MilestoneRow, PhaseRow } from '../../../../lib/core/protocol/status.js'
import { displayWidth } from '../../../../lib/core/text/display-width.js'
import { milestoneLines } from '../../../../lib/core/view/milestone-lines.js'
import { planLines } from '../../../../lib/core/view/plan-lines.js'
import { progressBlock, progressRows, progressText } from '../../../../lib/core/view/progress-block.js'
import { lineText } from '../../../../lib/core/view/spans.js'
import { NOW, statusDocument, taskRow } from './sample-status.js'

const phase = (
  id: string,
  done: number,
  total: number,
  state: PhaseRow['state'],
  title: string | null = null,
) => ({
  id,
  title,
  done,
  total,
  failed: 0,
  state,
})
const ROWS = [
  phase('p0', 1, 1, 'complete', 'Architecture Decision'),
  phase('p1', 12, 18, 'in_progress', 'データベース基盤'),
  { ...phase('p2', 0, 7, 'not_started'), failed: 2 },
]
const look = { ascii: false, now: NOW, offsetMin: 0 }

describe('the progress block', () => {
  it('has a bar of 20 cells, n/m and a word for each phase', () => {
    expect(progressText(ROWS).split('\n')).to.deep.equal([
      'p0 Architecture Decision  ████████████████████    1/1  complete',
      'p1 データベース基盤       █████████████░░░░░░░  12/18  in progress',
      'p2                        ░░░░░░░░░░░░░░░░░░░░    0/7  not started, 2 stuck',
    ])
    expect(lineText(progressBlock(ROWS, 100, { ascii: true })[1]!)).to.include('#############.......')
  })

  it('fits 40, 80 and 200 columns, and keeps its figures', () => {
    for (const cols of [40, 80, 200]) {
      const lines = progressBlock(ROWS, cols, { ascii: false }).map(lineText)
      for (const text of lines) expect(displayWidth(text), text).to.be.at.most(cols)
      for (const figure of ['12/18', '█████████████░░░░░░░', 'in progress', 'not started, 2 stuck'])
        expect(lines.join('\n')).to.include(figure)
    }
    expect(progressBlock(ROWS, 40, { ascii: false })).to.have.length(6)
  })

  it('is full only when all is done, and empty only when nothing is', () => {
    const cells = (done: number, total: number) =>
      lineText(progressBlock([phase('p', done, total, 'in_progress')], 100, { ascii: true })[0]!)
    expect(cells(999, 1000)).to.include('###################.')
    expect(cells(1, 1000)).to.include('#...................')
  })

  it('ends with all tasks of the run', () => {
    const tasks = [taskRow('a', 'COMPLETED'), taskRow('b', 'IN_PROGRESS')]
    const phases = [{ ...phase('p0', 1, 2, 'in_progress') } as PhaseRow]
    const rows = progressRows(statusDocument({ tasks, phases }))
    expect(rows.at(-1)).to.deep.include({ id: 'overall', done: 1, total: 2, state: 'in_progress' })
    expect(progressRows(statusDocument({ tasks }))).to.deep.equal([])
    expect(planLines(statusDocument({ tasks }), 80, look)).to.deep.equal([])
  })
})

describe('the lines of milestones', () => {
  const milestone = (over: Partial<MilestoneRow>): MilestoneRow => ({
    id: 'm2',
    title: 'P0 Critical',
    due: '2026-11-22T00:00:00.000Z',
    forecast: '2026-11-22T10:00:00.000Z',
    state: 'late',
    late_s: 36_000,
    slow_forecast: null,
    slow_late_s: 0,
    done: 3,
    total: 20,
    stuck: [],
    stop_other_work: false,
    since: null,
    ...over,
  })

  it('say by how much, and why not', () => {
    const said = (over: Partial<MilestoneRow>) => lineText(milestoneLines([milestone(over)], 200, look)[0]!)
    expect(said({})).to.equal('✘ m2 late by 10h00m  3/20  11-22 10:00 for 11-22 00:00  P0 Critical')
    expect(said({ state: 'at_risk', late_s: 0, slow_late_s: 600 })).to.include('at risk by 10m00s')
    expect(said({ state: 'at_risk', late_s: 0, stuck: ['pg'] })).to.include('at risk: pg is stuck')
    expect(said({ state: 'done', late_s: 600 })).to.include('done 10m00s late')
    expect(said({ state: 'on_time', late_s: 0, forecast: '2026-11-21T09:00:00.000Z' })).to.include(
      'on time  3/20  09:00 for 11-22 00:00',
    )
  })

  it('show dates in the zone of the layout', () => {
    const [line] = milestoneLines([milestone({})], 200, { ...look, zone: 'Asia/Tokyo' })
    expect(lineText(line!)).to.include('11-22 19:00 for 11-22 09:00')
    const [far] = milestoneLines([milestone({ due: '2027-11-22T00:00:00.000Z' })], 200, {
      ...look,
      zone: 'UTC',
    })
    expect(lineText(far!)).to.include('for 2027-11-22 00:00')
  })

  it('fit a narrow screen', () => {
    const [line] = milestoneLines([milestone({})], 40, look)
    expect(displayWidth(lineText(line!))).to.be.at.most(40)
  })
})
