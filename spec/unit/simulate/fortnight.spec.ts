/** The mission's five phases over a virtual fortnight: the product's own reduce, decide and forecast, dates in Tokyo. */
import { expect } from 'chai'
import { fileURLToPath } from 'node:url'
import { loadLayout } from '../../../lib/config/load-layout.js'
import type { Layout } from '../../../lib/core/layout/model.js'
import { phaseRows } from '../../../lib/core/phases/phase-rows.js'
import type { RunEvent } from '../../../lib/core/run/events.js'
import type { RunState } from '../../../lib/core/run/state.js'
import { civilAt, formatCivil, parseDue } from '../../../lib/core/time-zone.js'
import { Random } from '../../../lib/simulate/random.js'
import { simulate } from '../../../lib/simulate/simulate.js'

const FILE = fileURLToPath(new URL('../../fixtures/layouts/good/five-phases.yaml', import.meta.url))
const TOKYO = 'Asia/Tokyo'
const START = parseDue('2026-12-01T09:00', TOKYO)!
const HOUR = 3_600_000

async function fivePhases(): Promise<Layout> {
  const loaded = await loadLayout(FILE, { env: { HOME: '/h' } })
  if (!loaded.ok) throw new Error('the layout is not valid')
  return loaded.layout
}

/** Everything takes so much longer than estimated; people approve after a night. */
function fortnight(layout: Layout, factor: number, watch?: (state: RunState, now: number) => void) {
  const random = new Random(7)
  return simulate({
    layout,
    startAt: START,
    approver: () => 14 * HOUR,
    durations: (task) => Math.round(task.spec.estimateMs * factor * (0.8 + random.next() * 0.4)),
    ...(watch === undefined ? {} : { watch }),
  })
}

const said = (events: readonly RunEvent[], milestone: string) =>
  events.flatMap((event) =>
    event.type === 'milestone.changed' && event.milestone === milestone
      ? [`${event.state} ${formatCivil(civilAt(event.at, TOKYO)).slice(0, 10)}`]
      : [],
  )

describe('a virtual fortnight', function () {
  this.timeout(30_000)

  it('keeps its dates when work takes as long as estimated', async () => {
    const { state, events, violations } = fortnight(await fivePhases(), 1)
    expect(violations).to.deep.equal([])
    expect(phaseRows(state).map(({ state: is, done, total }) => `${is} ${done}/${total}`)).to.deep.equal([
      'complete 3/3',
      'complete 5/5',
      'complete 5/5',
      'complete 4/4',
      'complete 3/3',
    ])
    expect(said(events, 'decided').map((one) => one.split(' ')[0])).to.deep.equal(['on_time', 'done'])
    expect(said(events, 'critical').at(-1)).to.match(/^done 2026-12-0[4-6]/)
    expect(said(events, 'launch-day').at(-1)).to.match(/^done 2026-12-(0[6-9]|1\d)/)
  })

  it('foresees days before that a date will be missed, and has only that work go on', async () => {
    const layout = await fivePhases()
    const outside: string[] = []
    const { events, violations, state } = fortnight(layout, 3, (now) => {
      const is = now.milestones.get('critical' as never)?.state
      if (is !== 'late' && is !== 'at_risk') return
      for (const { task, startedAt } of now.attempts.values()) {
        const since = now.milestones.get('critical' as never)!.since
        if (startedAt > since && !NEEDED.has(task) && !outside.includes(task)) outside.push(task)
      }
    })
    expect(violations).to.deep.equal([])
    const course = events.flatMap((event) =>
      event.type === 'milestone.changed' && event.milestone === 'critical' ? [event] : [],
    )
    const warned = course.find(({ state: is }) => is === 'at_risk' || is === 'late')!
    const due = parseDue('2026-12-07T18:00', TOKYO)!
    expect(warned.at, 'warned days before').to.be.below(due - 48 * HOUR)
    expect(course.at(-1)!.state).to.equal('done')
    expect(course.at(-1)!.lateMs).to.be.above(0)
    expect(outside).to.deep.equal([])
    expect([...state.tasks.values()].every(({ status }) => status === 'COMPLETED')).to.equal(true)
  })
})

/** The tasks of the milestone and all that they need: the API needs the phase before. */
const NEEDED = new Set(['adr', 'schema-design', 'api-design', 'pg', 'schema', 'org', 'rbac', 'jwt', 'api'])
