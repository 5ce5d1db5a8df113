/**
 * Five phases with demo agents, for real. Each report is held field by field against what the journal says of that moment, by
 * rules of this file's own. It takes three minutes: reports are due at full minutes.
 */
import { expect } from 'chai'
import type { StatusDocument } from '../../lib/core/protocol/status.js'
import type { RunEvent } from '../../lib/core/run/events.js'
import { eventually } from '../support/eventually.js'
import * as run from '../support/five-phases-run.js'
import { Orchestra } from '../support/orchestra.js'

type Made = Extract<RunEvent, { type: 'report.made' }>
const STAMP = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d'
const ids = run.PHASES.flatMap(({ tasks }) => tasks)
const named = (id: string) => `${id}: Task ${id}`
const dateOf = (at: number) => new Date(at).toISOString().slice(0, 10)

/** What had happened by `at`, from events alone. */
class Journal {
  readonly events: readonly RunEvent[]

  constructor(events: readonly RunEvent[]) {
    this.events = events
  }

  of<T extends RunEvent['type']>(type: T): Extract<RunEvent, { type: T }>[] {
    return this.events.filter((e): e is Extract<RunEvent, { type: T }> => e.type === type)
  }

  /** In the order of the layout, as reports name tasks. */
  done(before: RunEvent, worker?: string): string[] {
    const at = this.events.indexOf(before)
    const good = this.of('attempt.verified').filter((e) => e.ok && this.events.indexOf(e) < at)
    const found = good.map((e) => e.attempt.replace(/\.\d+$/, ''))
    return ids.filter((id) => found.includes(id) && (worker === undefined || this.worker(id) === worker))
  }

  inProgress(before: RunEvent, worker?: string): string[] {
    const at = this.events.indexOf(before)
    const past = this.events.slice(0, at)
    const open = new Set<string>()
    for (const e of past) {
      if (e.type === 'attempt.started') open.add(e.attempt)
      else if (e.type === 'attempt.ended' || e.type === 'attempt.verified') open.delete(e.attempt)
      else if (e.type === 'attempt.proved' && e.proof.outcome !== 'done') open.delete(e.attempt)
    }
    const found = [...open].map((attempt) => attempt.replace(/\.\d+$/, ''))
    return ids.filter((id) => found.includes(id) && (worker === undefined || this.worker(id) === worker))
  }

  worker(task: string): string | null {
    return this.of('attempt.started').findLast((e) => e.task === task)?.agent ?? null
  }

  endOf(task: string): number {
    return this.of('attempt.verified').find((e) => e.ok && e.attempt.startsWith(`${task}.`))!.at
  }
}

describe('five phases with demo agents', function () {
  this.timeout(15 * 60_000)
  let o: Orchestra
  let journal: Journal
  let last: StatusDocument
  let times: run.Times

  const made = (kind: Made['kind']) => journal.of('report.made').filter((e) => e.kind === kind)
  const only = (kind: Made['kind']) => {
    const all = made(kind)
    expect(all, kind).to.have.length(1)
    return all[0]!
  }

  before(async () => {
    o = new Orchestra()
    times = run.timesFrom(Date.now())
    await o.ok('up', o.write('five.yaml', run.fivePhases(times)), '-d', '--run')
    last = await eventually(async () => {
      const doc = await o.status()
      for (const { id, status, prompt_id } of doc.gates)
        if (status === 'waiting')
          await o.run(['approve', id, '--prompt-id', prompt_id ?? '', '--reason', 'fine'])
      expect(doc.tasks.filter(({ status }) => status === 'COMPLETED')).to.have.length(20)
      expect(doc.run.phase).to.equal('finished')
      return doc
    }, 10 * 60_000)
    // On a quick machine the work is over before the minute of the last reports.
    journal = await eventually(async () => {
      const all = new Journal(await run.journalOf(o))
      for (const kind of ['synthesis', 'weekly'])
        expect(all.of('report.made').map((e) => e.kind)).to.include(kind)
      return all
    }, 3 * 60_000)
  })
  after(() => o.close())

  it('are done in their order, and each milestone says by how much', () => {
    expect(last.phases.map(({ state, done }) => `${state} ${done}`)).to.deep.equal(run.PHASES.map(({ tasks }) => `complete ${tasks.length}`)) // prettier-ignore
    const begun = journal.of('attempt.started').map((e) => Number(e.task[1]))
    expect(begun).to.deep.equal(begun.toSorted((a, b) => a - b))
    const [m1, m2] = last.milestones
    expect(m1).to.include({ id: 'm1', state: 'done', late_s: 0, done: 9, total: 9 })
    const lastDone = Math.max(...run.PHASES[4]!.tasks.map((id) => journal.endOf(id)))
    const lateS = Math.round((lastDone - Date.UTC(2026, 0, 2)) / 1000)
    expect(m2).to.include({ id: 'm2', state: 'done', late_s: lateS, done: 2, total: 2 })
    expect(m2?.forecast).to.equal(new Date(lastDone).toISOString())
  })

  it('have their standup at its minute: yesterday, today, blockers and ETA of each worker', () => {
    const event = only('standup')
    expect([event.dueAt, event.late]).to.deep.equal([times.standup, false])
    const sections = run.sectionsOf(event.text)
    const date = dateOf(event.at)
    expect([...sections.keys()]).to.deep.equal(Object.keys(run.WORKERS).map((id) => `Daily Standup - [${date}] - Worker ${id}`)) // prettier-ignore
    for (const worker of Object.keys(run.WORKERS)) {
      const fields = sections.get(`Daily Standup - [${date}] - Worker ${worker}`)!
      expect([...fields.keys()]).to.deep.equal(['Yesterday', 'Today', 'Blockers', 'ETA'])
      const [now] = journal.inProgress(event, worker)
      const today = fields.get('Today')!
      const isNext = (line: string) => line.startsWith('next: ')
      expect(today.filter((line) => !isNext(line) && line !== 'no task')).to.deep.equal([...journal.done(event, worker).map((id) => `done: ${named(id)}`), ...(now === undefined ? [] : [`in progress: ${named(now)}`])]) // prettier-ignore
      expect(today.filter(isNext).length).to.be.at.most(1)
      expect(fields.get('Yesterday')).to.deep.equal(['nothing completed'])
      expect(fields.get('Blockers')).to.deep.equal(['none'])
      const [eta] = fields.get('ETA')!
      if (now === undefined) expect(eta).to.equal('no task in progress')
      else expect(eta).to.match(new RegExp(`^${now}: ${STAMP}$`))
    }
  })

  it('have their synthesis: progress, what is done, under way with ETA and worker, blocked, and next', () => {
    const event = only('synthesis')
    expect([event.dueAt, event.late]).to.deep.equal([times.synthesis, false])
    const fields = run.sectionsOf(event.text).get(`Team Status - [${dateOf(event.at)}]`)!
    expect([...fields.keys()]).to.deep.equal(['Overall Progress %', 'Completed Today', 'In Progress (with ETA)', 'Blocked (with reason)', 'Next 24h Goals']) // prettier-ignore
    const done = journal.done(event)
    const now = journal.inProgress(event)
    expect(fields.get('Overall Progress %')).to.deep.equal([`${Math.round((done.length / 20) * 100)} % (${done.length}/20)`]) // prettier-ignore
    expect(fields.get('Completed Today')).to.deep.equal(done.map(named))
    const underWay = fields.get('In Progress (with ETA)')!
    if (now.length === 0) expect(underWay).to.deep.equal(['nothing'])
    for (const [at, id] of now.entries()) {
      const worker = journal.worker(id)
      const who = worker === null ? '' : ` \\(${worker}\\)`
      expect(underWay[at]).to.match(new RegExp(`^${named(id)}${who}, ETA ${STAMP}$`))
    }
    expect(fields.get('Blocked (with reason)')).to.deep.equal(['nothing'])
    expect(fields.get('Next 24h Goals')!.slice(0, now.length)).to.deep.equal(now.map(named))
  })

  it('have their weekly review: done, forecast against due, risks and what helps of each milestone', () => {
    const event = only('weekly')
    const fields = run.sectionsOf(event.text).get(`Weekly Review - [${dateOf(event.at)}]`)!
    expect([...fields.keys()]).to.deep.equal(['m1 P0', 'm2 All'])
    const of = (ids: readonly string[]) => journal.done(event).filter((id) => ids.includes(id)).length
    const [p0, p1, , , p4] = run.PHASES.map(({ tasks }) => of(tasks))
    expect(fields.get('m1 P0')![0]).to.equal(`done: ${p0! + p1!}/9`)
    expect(fields.get('m2 All')![0]).to.equal(`done: ${p4}/2`)
    expect(fields.get('m2 All')![1]).to.match(
      /^forecast: .*, due 2026-01-02 00:00: (late|done) by 33\dd\d\dh$/,
    )
    const due = new Date(times.due).toISOString().slice(0, 16).replace('T', ' ')
    expect(fields.get('m1 P0')![1]).to.match(new RegExp(`^forecast: ${STAMP}, due ${due}: (on time|done)$`))
    for (const lines of fields.values())
      expect(lines.map((line) => line.split(':')[0])).to.deep.equal(['done', 'forecast', 'risks', 'what helps']) // prettier-ignore
  })

  it('have a sync point after each phase, and each task in exactly one of them', () => {
    const points = made('sync')
    const phases = points.flatMap(({ title }) => [...title.matchAll(/phase (p\d) is complete/g)].map(([, id]) => id)) // prettier-ignore
    expect(phases).to.deep.equal(run.PHASES.map(({ id }) => id))
    const done = points.flatMap(({ text }) => {
      const [fields] = run.sectionsOf(text).values()
      expect([...fields!.keys()]).to.deep.equal(['Done', 'In Progress', 'Blocked', 'Decisions Needed'])
      return fields!.get('Done')!.filter((line) => line !== 'nothing')
    })
    expect(done.toSorted()).to.deep.equal(ids.map(named).toSorted())
  })

  it('have a phase report each: goal, criteria, approver, duration, tasks, what was retried', async () => {
    for (const [p, { id, tasks, gate }] of run.PHASES.entries()) {
      const fields = run.sectionsOf(await o.ok('report', 'phase', id)).get(`Phase Report - [${id}]`)!
      expect([...fields.keys()]).to.deep.equal(['Goal', 'Criteria', 'Approver', 'Duration against Estimate', 'Tasks', 'Retried']) // prettier-ignore
      expect(fields.get('Goal')).to.deep.equal([`Goal ${p}`])
      expect(fields.get('Tasks')).to.deep.equal(tasks.map((task) => `${named(task)}: COMPLETED`))
      const seconds = tasks.length * 20
      const estimate = seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s` // prettier-ignore
      expect(fields.get('Duration against Estimate')![0]).to.match(new RegExp(`^\\d[\\dms]* of ${estimate}$`))
      const retried = tasks.includes(run.FLAKY)
        ? new RegExp(`^${run.FLAKY}: attempt 1 failed: .*3`)
        : /^nothing$/
      expect(fields.get('Retried')![0]).to.match(retried)
      const answer = journal.of('gate.answered').find((e) => e.gate === gate)
      const approver = answer === undefined ? /^nobody is asked$/ : new RegExp(`approved by me .*${answer.reason}`) // prettier-ignore
      expect(fields.get('Approver')![0]).to.match(approver)
      if (gate === null) expect(fields.get('Criteria')).to.deep.equal(['the phase has no gate'])
      else if (gate === 'ok-p0') expect(fields.get('Criteria')).to.deep.equal(['1. It is there: passed', '2. The schema is approved: passed']) // prettier-ignore
    }
  })

  it('have a worker report each: its last task with what it made, met, freed, and what is next', async () => {
    const sections = [...run.sectionsOf(await o.ok('report', 'worker'))]
    expect(sections).to.have.length(5)
    for (const [at, worker] of Object.keys(run.WORKERS).entries()) {
      const [heading, fields] = sections[at]!
      expect([...fields.keys()]).to.deep.equal(['Issue', 'Status', 'Duration (actual)', 'Deliverables', 'Dependencies Met', 'Dependencies Created', 'Blockers', 'Next Task']) // prettier-ignore
      const mine = ids.filter((id) => journal.worker(id) === worker)
      if (mine.length === 0) {
        expect(heading).to.equal(`Worker ${worker} Report - [no phase]`)
        continue
      }
      const id = mine.toSorted((a, b) => journal.endOf(b) - journal.endOf(a))[0]!
      const phase = run.PHASES.find(({ tasks }) => tasks.includes(id))!
      expect(heading).to.equal(`Worker ${worker} Report - [Phase ${phase.id}.${phase.tasks.indexOf(id) + 1}]`)
      expect(fields.get('Issue')).to.deep.equal([named(id)])
      expect(fields.get('Status')).to.deep.equal(['Complete'])
      expect(fields.get('Deliverables')).to.deep.equal(
        id === run.WITH_FILES
          ? ['files: core.ts', 'PRs: none known', 'tests: test -s core.ts', 'docs: docs/design.md']
          : ['files: none', 'PRs: none known', 'tests: none', 'docs: none'],
      )
      const [attempt] = journal.of('attempt.started').filter((e) => e.task === id)
      const took = Math.floor((journal.endOf(id) - attempt!.at) / 1000)
      expect([`${took}s`, `${took + 1}s`]).to.include(fields.get('Duration (actual)')![0])
      expect(fields.get('Dependencies Met')).to.deep.equal(phase.id === 'p0' ? ['none'] : [`p${Number(phase.id[1]) - 1}`]) // prettier-ignore
      expect(fields.get('Dependencies Created')).to.deep.equal([phase.gate ?? 'none'])
      expect(fields.get('Blockers')).to.deep.equal(['none'])
      expect(fields.get('Next Task')).to.deep.equal(['none'])
    }
  })

  it('say how often a person was asked and how long work waited for one', async () => {
    const json = await o.json<Pick<StatusDocument, 'human' | 'phases' | 'milestones'>>('report')
    const waited = journal.of('gate.answered').map((e) => {
      const asked = journal.of('gate.checked').find(({ gate }) => gate === e.gate)?.at
      return e.at - (asked ?? Math.max(...run.PHASES[1]!.tasks.map((id) => journal.endOf(id))))
    })
    const seconds = waited.reduce((sum, ms) => sum + ms, 0) / 1000
    expect(json.human.asked).to.equal(2)
    expect(json.human.waited_s).to.be.closeTo(seconds, 1.5)
    expect(last.human).to.deep.equal(json.human)
    expect(json).to.include.keys('phases', 'milestones')
    const gantt = await o.ok('graph', '-f', 'gantt')
    for (const { id } of run.PHASES) expect(gantt).to.include(`section ${id} Phase ${id[1]}\n`)
  })
})
