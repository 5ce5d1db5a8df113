import { expect } from 'chai'
import { forecastDocument } from '../../../../lib/core/phases/forecast-document.js'
import { renderGantt } from '../../../../lib/core/phases/render-gantt.js'
import { displayWidth } from '../../../../lib/core/text/display-width.js'
import { forecastLines } from '../../../../lib/core/view/forecast-lines.js'
import { lineText } from '../../../../lib/core/view/spans.js'
import { Bench } from '../run/bench.js'

const HOUR = 3_600_000
const PLAN = {
  agents: { A: { role: 'impl' } },
  tasks: {
    a: { title: 'Decide: "now", 100%', role: 'impl', estimateMs: HOUR },
    b: { role: 'impl', estimateMs: 2 * HOUR },
    c: { role: 'impl', estimateMs: 2 * HOUR, tier: 'P2' as const },
  },
  phases: { p0: { title: 'Decision', tasks: ['a'] }, p1: { tasks: ['b'], needs: ['p0'] } },
  milestones: { m: { title: 'All', due: '1970-01-01T12:00', tasks: ['p1', 'c'] } },
  timezone: 'Asia/Tokyo',
}
const ZONE = { zone: 'Asia/Tokyo' }

function halfway(): Bench {
  const bench = new Bench(PLAN)
  bench.dispatch()
  bench.now = HOUR
  bench.finish('a')
  bench.dispatch()
  return bench
}

describe('the forecast document', () => {
  it('has what was and what is to come, with the critical path', () => {
    const { state } = halfway()
    const doc = forecastDocument(state, { now: 2 * HOUR, ...ZONE })
    expect(doc).to.include({
      tasks: 2,
      work_s: 14_400,
      timezone: 'Asia/Tokyo',
      end: '1970-01-01T05:00:00.000Z',
    })
    expect(doc.critical_path).to.deep.equal(['c'])
    expect(
      doc.schedule.map(({ task, phase, status, worker, start, end }) => [
        task,
        phase,
        status,
        worker,
        start.slice(11, 16),
        end.slice(11, 16),
      ]),
    ).to.deep.equal([
      ['a', 'p0', 'COMPLETED', 'A', '00:00', '01:00'],
      ['b', 'p1', 'IN_PROGRESS', 'A', '01:00', '03:00'],
      ['c', null, 'READY', 'A', '03:00', '05:00'],
    ])
    expect(doc.milestones[0]).to.include({ state: 'late', late_s: 7200, due: '1970-01-01T03:00:00.000Z' })
    expect(doc.help.map(({ kind, role, tasks, earlier_s }) => [kind, role, tasks, earlier_s])).to.deep.equal([
      ['drop', null, ['c'], 7200],
      ['workers', 'impl', [], 3600],
    ])
  })

  it('is drawn as a Mermaid gantt, in the time of its zone, with nothing that a title could break', () => {
    const { state } = halfway()
    expect(renderGantt(forecastDocument(state, { now: 2 * HOUR, ...ZONE })).split('\n')).to.deep.equal([
      'gantt',
      '  title simulated (Asia/Tokyo)',
      '  dateFormat YYYY-MM-DD HH:mm:ss',
      '  axisFormat %m-%d %H:%M',
      '  section p0 Decision',
      '  a Decide#58; #34;now#34;#44; 100#37; :done, t1, 1970-01-01 09:00:00, 1970-01-01 10:00:00',
      '  section p1',
      '  b :active, t2, 1970-01-01 10:00:00, 1970-01-01 12:00:00',
      '  section other tasks',
      '  c :crit, t3, 1970-01-01 12:00:00, 1970-01-01 14:00:00',
      '  section milestones',
      '  m All (late) :crit, milestone, m1, 1970-01-01 12:00:00, 0d',
      '',
    ])
  })

  it('spells the begin of a name that Mermaid would take for a statement or a date', () => {
    const ids = ['gantt-view', 'Section', 'click', 'weekday', '2026-12-01', 'topAxis', 'plain']
    const tasks = Object.fromEntries(ids.map((id) => [id, { estimateMs: HOUR }]))
    const bench = new Bench({ agents: { A: {} }, tasks })
    const drawn = renderGantt(forecastDocument(bench.state, { now: 0, ...ZONE }))
    const names = [...drawn.matchAll(/^ {2}(\S+) :/gm)].map(([, name]) => name)
    expect(names).to.have.members(['#103;antt-view', '#83;ection', '#99;lick', '#119;eekday', '#50;026-12-01', '#116;opAxis', 'plain']) // prettier-ignore
  })

  it('is told to people in lines that fit 40, 80 and 200 columns', () => {
    const doc = forecastDocument(halfway().state, { now: 2 * HOUR, ...ZONE })
    const theme = { ascii: true, now: 2 * HOUR, offsetMin: 0 }
    expect(forecastLines(doc, 200, theme).map(lineText)).to.deep.equal([
      'end      1970-01-01 14:00 (slowly 1970-01-01 14:00), times in Asia/Tokyo',
      'work     2 tasks left, 4h00m by their estimates; took all x1.00 of 1',
      'x m late by 2h00m  0/2  1970-01-01 14:00 for 1970-01-01 12:00  All',
      'path     2h00m  c',
      'helps    leave out P2: c  m 2h00m earlier: on time then',
      'helps    1 more worker of role impl  m 1h00m earlier',
    ])
    for (const cols of [20, 40, 80])
      for (const line of forecastLines(doc, cols, theme))
        expect(displayWidth(lineText(line))).to.be.at.most(cols)
    expect(forecastLines(doc, 40, theme).slice(3).map(lineText)).to.deep.equal([
      'work     2 tasks left, 4h00m by their',
      '         estimates; took all x1.00 of 1',
      'x m late by 2h00m  0/2  1970-01-01 14:00',
      '         for 1970-01-01 12:00  All',
      'path     2h00m  c',
      'helps    leave out P2: c  m 2h00m',
      '         earlier: on time then',
      'helps    1 more worker of role impl  m',
      '         1h00m earlier',
    ])
  })
})
