import { expect } from 'chai'
import { bar, percent, sparkline } from '../../../../lib/core/view/bars.js'
import { lineText } from '../../../../lib/core/view/spans.js'
import { compareIds, statusView } from '../../../../lib/core/view/status-view.js'
import { formatAge, formatClock, formatWhen } from '../../../../lib/core/view/times.js'
import { agentRow, levelSix, machineRow, NOW, statusDocument, taskRow } from './sample-status.js'

describe('statusView', () => {
  it('puts first what needs a person, then what failed, is stale, works, is idle', () => {
    const order = statusView(levelSix(), NOW).agents.map(({ row }) => row.id)
    expect(order.slice(0, 5)).to.deep.equal(['CG-1', 'CG-4', 'CG-5', 'CCG-3', 'CG-3'])
    expect(order.indexOf('CCG-2')).to.be.lessThan(order.indexOf('CCG-1'))
  })

  it('orders attention by urgency, then by how long it waits, and names the answer', () => {
    const { attention } = statusView(levelSix(), NOW)
    expect(attention.map(({ id, act }) => [id, act])).to.deep.equal([
      ['CG-1', 'orchestra approve CG-1 --prompt-id p-1'],
      ['planned', 'orchestra approve planned --prompt-id g-1'],
      ['Task-7', 'orchestra retry Task-7'],
      ['majin', 'orchestra doctor majin'],
      ['CCG-3', null],
    ])
  })

  it('calls an agent stale that should work and is silent, or whose machine is away', () => {
    const doc = statusDocument({
      machines: [machineRow('mugen'), machineRow('majin', { state: 'offline' })],
      agents: [
        agentRow('A', 'working', {
          observed_at: '2026-11-21T04:20:00Z',
          output_at: null,
        }),
        agentRow('B', 'working'),
        agentRow('C', 'idle', { machine: 'majin' }),
        agentRow('D', 'idle', { observed_at: '2026-11-21T01:00:00Z', output_at: null }),
      ],
    })
    const stale = statusView(doc, NOW).agents.filter((agent) => agent.isStale)
    expect(stale.map(({ row }) => row.id).sort()).to.deep.equal(['A', 'C'])
  })

  it('keeps a machine of no known layer', () => {
    const doc = statusDocument({
      layers: [{ id: 'L1', name: 'ONE' }],
      machines: [machineRow('a', { layer: 'L1' }), machineRow('b', { layer: null })],
    })
    expect(statusView(doc, NOW).layers.map((l) => [l.name, l.machines.length])).to.deep.equal([
      ['ONE', 1],
      ['no layer', 1],
    ])
  })

  it('says nothing of layers where the layout has none', () => {
    const doc = statusDocument({ layers: [], machines: [machineRow('a', { layer: null })] })
    expect(statusView(doc, NOW).layers.map((l) => [l.name, l.machines.length])).to.deep.equal([['', 1]])
  })

  it('counts waves', () => {
    const doc = statusDocument({
      tasks: [
        taskRow('b', 'FAILED', { wave: 2 }),
        taskRow('a', 'COMPLETED'),
        taskRow('c', 'PENDING', { wave: 2 }),
      ],
    })
    expect(statusView(doc, NOW).waves.map((w) => [w.wave, w.done, w.failed, w.tasks.length])).to.deep.equal([
      [1, 1, 0, 1],
      [2, 0, 1, 2],
    ])
  })

  it('says nothing of times that are not there', () => {
    const doc = statusDocument({ run: { phase: 'idle', started_at: null, finished_at: null } })
    expect(statusView(doc, NOW)).to.include({ elapsedMs: null, endsAt: null, leftMs: null })
  })
})

describe('figures', () => {
  it('bars are full only when all is done', () => {
    expect(lineText(bar(0.5, 4, 'busy', { ascii: false }))).to.equal('━━──')
    expect(lineText(bar(0.999, 4, 'busy', { ascii: false }))).to.equal('━━━╸')
    expect(lineText(bar(1, 4, 'busy', { ascii: false }))).to.equal('━━━━')
    expect(lineText(bar(0.999, 4, 'busy', { ascii: true }))).to.equal('###.')
    expect(lineText(bar(Number.NaN, 2, 'busy', { ascii: true }))).to.equal('..')
    expect([percent(0), percent(0.999), percent(1)]).to.deep.equal(['0%', '99%', '100%'])
  })

  it('sparklines', () => {
    expect(sparkline([0, 4, 8], 3, { ascii: false })).to.equal('▁▅█')
    expect(sparkline([9, 0, 1], 2, { ascii: true })).to.equal('_#')
  })

  it('ages and clocks', () => {
    const minute = 60_000
    expect([0, 99_000, 100_000, 99 * minute, 100 * minute, 200 * 60 * minute].map(formatAge)).to.deep.equal([
      '0s',
      '99s',
      '1m',
      '99m',
      '1h',
      '8d',
    ])
    expect(formatClock(NOW, 540)).to.equal('13:30')
    expect(formatWhen(NOW, NOW, 540)).to.equal('13:30')
    expect(formatWhen(NOW + 12 * 60 * minute, NOW, 540)).to.equal('11-22 01:30')
  })

  it('orders ids as people count', () => {
    expect(['A-10', 'A-2', 'A', 'B-1', 'A-2b'].sort(compareIds)).to.deep.equal([
      'A',
      'A-2',
      'A-2b',
      'A-10',
      'B-1',
    ])
  })
})
