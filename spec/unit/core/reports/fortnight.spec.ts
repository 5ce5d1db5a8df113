/** A virtual fortnight of the mission's five phases: every report against the journal, field by field. */
import { expect } from 'chai'
import type { AgentId } from '../../../../lib/core/ids.js'
import { renderSections } from '../../../../lib/core/reports/document.js'
import { makeReport } from '../../../../lib/core/reports/make-report.js'
import { parseReportTime } from '../../../../lib/core/reports/schedule.js'
import type { RunEvent } from '../../../../lib/core/run/events.js'
import { layoutOf } from '../../../../lib/simulate/layout-of.js'
import { simulate } from '../../../../lib/simulate/simulate.js'
import { fivePhases } from './five-phases.js'

const H = 3_600_000
const DAY = 24 * H
const ZONE = 'Asia/Tokyo'
const TOKYO = 9 * H
const time = (text: string) => parseReportTime(text)!

type Made = Extract<RunEvent, { type: 'report.made' }>

const layout = layoutOf(
  fivePhases({
    milestones: {
      m1: { title: 'P0 Critical', due: '1970-01-06', tasks: ['p0', 'p1'] },
      m2: { title: 'All of it', due: '1970-01-19', tasks: ['p0', 'p1', 'p2', 'p3', 'p4'] },
    },
    reports: { standup: time('09:30'), synthesis: time('18:00'), weekly: time('Fri 17:00') },
    sync: { everyMs: 4 * H, on: ['phase', 'blocker'] },
  }),
)

describe('a fortnight of reports', function () {
  this.timeout(30_000)

  const run = simulate({
    layout,
    durations: () => 20 * H,
    approver: () => 6 * H,
    limitMs: 15 * DAY,
  })
  const { events } = run
  const made = (kind: Made['kind']) =>
    events.filter((e): e is Made => e.type === 'report.made' && e.kind === kind)
  /** When each task was completed, and by whom: from the journal alone. */
  const done = events.flatMap((e) => {
    if (e.type !== 'attempt.verified' || !e.ok) return []
    const start = events.find((one) => one.type === 'attempt.started' && one.attempt === e.attempt)
    return start?.type === 'attempt.started' ? [{ at: e.at, task: start.task, agent: start.agent }] : []
  })
  const midnight = (at: number, days = 0) => Math.floor((at + TOKYO) / DAY + days) * DAY - TOKYO
  const within = (from: number, to: number) => done.filter((one) => one.at >= from && one.at < to)
  const dateOf = (at: number) => new Date(at + TOKYO).toISOString().slice(0, 10)
  /** The lines of one field of a section. */
  const fieldOf = (text: string, heading: string, name: string): string[] => {
    const section = text.split('## ').find((part) => part.startsWith(`${heading}\n`)) ?? ''
    const lines = section.split('\n')
    const at = lines.findIndex((line) => line.startsWith(`- **${name}**:`))
    if (at < 0) throw new Error(`no ${name} in ${heading}`)
    const inline = lines[at]!.slice(`- **${name}**:`.length).trim()
    if (inline !== '') return [inline]
    const rest = lines.slice(at + 1)
    const end = rest.findIndex((line) => !line.startsWith('  - '))
    return rest.slice(0, end).map((line) => line.slice(4))
  }

  it('ends, and makes each report at its time, once, in the zone', () => {
    expect([run.state.phase, run.violations]).to.deep.equal(['finished', []])
    const days = Math.floor(run.makespan / DAY)
    expect(days).to.be.within(9, 14)
    for (const [kind, hour] of [
      ['standup', 9.5],
      ['synthesis', 18],
    ] as const) {
      // prettier-ignore
      const at = made(kind).map((e) => e.at)
      expect(at.length, kind).to.be.within(days, days + 1)
      expect(new Set(at.map((ms) => (ms + TOKYO) % DAY))).to.deep.equal(new Set([hour * H]))
      expect(new Set(at.map(dateOf)).size).to.equal(at.length)
    }
    expect(made('weekly').map((e) => [dateOf(e.at), e.late])).to.deep.equal([['1970-01-02', false], ['1970-01-09', false]]) // prettier-ignore
  })

  it('says in each standup what the journal says', () => {
    for (const { at, text } of made('standup')) {
      for (const agent of ['W-1', 'W-2', 'W-3', 'W-4', 'W-5']) {
        const heading = `Daily Standup - [${dateOf(at)}] - Worker ${agent}`
        const names = (field: string) => fieldOf(text, heading, field).map((line) => line.split(': ')[0])
        const mine = (from: number, to: number) =>
          within(from, to).filter((one) => one.agent === agent).map((one) => one.task) // prettier-ignore
        const yesterday = mine(midnight(at, -1), midnight(at))
        expect(names('Yesterday'), heading).to.deep.equal(
          yesterday.length === 0 ? ['nothing completed'] : yesterday,
        )
        const started = events.filter(
          (e) => e.type === 'attempt.started' && e.agent === (agent as AgentId) && e.at < at,
        )
        const current = started.find((e) => e.type === 'attempt.started' && !done.some((one) => one.task === e.task && one.at < at)) // prettier-ignore
        const today = fieldOf(text, heading, 'Today')
        const eta = fieldOf(text, heading, 'ETA')
        if (current?.type === 'attempt.started') {
          expect(today.join('\n')).to.include(`in progress: ${current.task}: `)
          expect(eta[0]).to.match(new RegExp(`^${current.task}: 1970-01-\\d\\d \\d\\d:\\d\\d$`))
        } else {
          expect(today.join('\n')).to.not.include('in progress')
          expect(eta).to.deep.equal(['no task in progress'])
        }
        expect(fieldOf(text, heading, 'Blockers')).to.deep.equal(['none'])
      }
    }
  })

  it('says in each synthesis how far it is', () => {
    for (const { at, text } of made('synthesis')) {
      const heading = `Team Status - [${dateOf(at)}]`
      const count = within(0, at).length
      expect(fieldOf(text, heading, 'Overall Progress %')).to.deep.equal([`${Math.round((count / 20) * 100)} % (${count}/20)`]) // prettier-ignore
      const today = within(midnight(at), at).map((one) => one.task)
      const said = fieldOf(text, heading, 'Completed Today').map((line) => line.split(': ')[0])
      expect(said).to.deep.equal(today.length === 0 ? ['nothing'] : today)
      const open = events.filter((e) => e.type === 'attempt.started' && e.at < at && !done.some((one) => one.task === e.task && one.at < at)) // prettier-ignore
      const progress = fieldOf(text, heading, 'In Progress (with ETA)')
      expect(progress.filter((line) => line !== 'nothing')).to.have.length(open.length)
      for (const line of progress)
        if (line !== 'nothing') expect(line).to.match(/\(W-\d\), ETA 1970-01-\d\d \d\d:\d\d$/)
      expect(fieldOf(text, heading, 'Blocked (with reason)')).to.deep.equal(['nothing'])
      expect(fieldOf(text, heading, 'Next 24h Goals')).to.not.deep.equal([])
    }
  })

  it('says in each weekly review where the milestones stand', () => {
    for (const { at, text } of made('weekly')) {
      const heading = `Weekly Review - [${dateOf(at)}]`
      const count = (prefixes: string[]) =>
        within(0, at).filter(({ task }) => prefixes.includes(task.slice(0, 2))).length
      const first = fieldOf(text, heading, 'm1 P0 Critical')
      expect(first[0]).to.equal(`done: ${count(['p0', 'p1'])}/9`)
      expect(first[1]).to.match(
        /^forecast: 1970-01-\d\d \d\d:\d\d, due 1970-01-07 00:00: (on time|at risk|late by .+|done.*)$/,
      )
      expect(first[2]).to.match(/^risks: /)
      expect(first[3]).to.match(/^what helps: /)
      expect(fieldOf(text, heading, 'm2 All of it')[0]).to.equal(`done: ${within(0, at).length}/20`)
    }
  })

  it('has a sync point after each phase and after every four hours of work', () => {
    const points = made('sync')
    const phases = points.flatMap((e) => /phase (p\d) is complete/.exec(e.title)?.[1] ?? [])
    expect(phases).to.deep.equal(['p0', 'p1', 'p2', 'p3', 'p4'])
    expect(points.filter((e) => e.title.includes('it is time')).length).to.be.within(40, 70)
    // Whoever has to say yes at the gate is named as long as the gate waits.
    const gate = events.find((e) => e.type === 'gate.checked' && e.gate === 'p0-approved')!
    const asked = points.filter((e) => e.at > gate.at && e.at < gate.at + 6 * H)
    for (const e of asked) expect(e.text).to.include('**Decisions Needed**: p0-approved: ')
    const named = points.flatMap((e) => fieldOf(e.text, e.title, 'Done')).filter((line) => line !== 'nothing')
    const all = within(0, points.at(-1)!.at + 1).map(({ task }) => task)
    expect(named.map((line) => line.split(': ')[0]!)).to.have.members(all)
    expect(named).to.have.length(all.length)
  })

  it('reports a worker and a phase in the agreed form', () => {
    const now = events.at(-1)!.at
    const asked = (kind: 'worker' | 'phase', subject: string) =>
      renderSections(makeReport(run.state, { kind, subject, now, zone: ZONE })!)
    expect(asked('worker', 'W-1')).to.equal(
      `## Worker W-1 Report - [Phase p0.4]

- **Issue**: p0-t4: Architecture Decision 4
- **Status**: Complete
- **Duration (actual)**: 20h00m
- **Deliverables**:
  - files: none
  - PRs: none known
  - tests: check
  - docs: none
- **Dependencies Met**: p0-t2
- **Dependencies Created**: p0-approved
- **Blockers**: none
- **Next Task**: none
`,
    )
    expect(asked('phase', 'p0')).to.equal(
      `## Phase Report - [p0]

- **Goal**: Five design documents
- **Criteria**:
  - 1. All five design documents are there: passed
  - 2. The schema is approved: passed
- **Approver**: approved by maestro (person:1000)
- **Duration against Estimate**: 3d08h of 16h00m
- **Tasks**:
  - p0-t1: Architecture Decision 1: COMPLETED
  - p0-t2: Architecture Decision 2: COMPLETED
  - p0-t3: Architecture Decision 3: COMPLETED
  - p0-t4: Architecture Decision 4: COMPLETED
- **Retried**: nothing
`,
    )
    expect(makeReport(run.state, { kind: 'phase', subject: 'p9', now, zone: ZONE })).to.equal(undefined)
  })
})
