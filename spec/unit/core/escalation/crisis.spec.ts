/** A crisis from a script: who was told what and when, and what ran in the meantime. */
import { expect } from 'chai'
import { escalationRows } from '../../../../lib/core/escalation/escalation-row.js'
import { noticeOf } from '../../../../lib/core/escalation/notice.js'
import type { PersonSpec } from '../../../../lib/core/gates/spec.js'
import type { GateId, LayerId, TaskId } from '../../../../lib/core/ids.js'
import { findEscalation } from '../../../../lib/core/run/fold/reduce-escalations.js'
import { decodeState, encodeState, sameState } from '../../../../lib/core/run/journal/snapshot.js'
import { JOURNAL_FORMAT } from '../../../../lib/core/run/journal/format.js'
import type { LayoutInit } from '../../../../lib/simulate/layout-of.js'
import { PERSON } from '../../../support/principals.js'
import { Bench } from '../run/bench.js'

const MIN = 60_000
const layer = (id: string) => id as LayerId
const MAESTRO: PersonSpec = {
  id: 'maestro',
  is: ['person:1000'],
  roles: ['approver'],
  layer: layer('L0'),
  notify: true,
}
const LADDER = [
  { layer: layer('L2'), to: ['CCG-1'], afterMs: 30 * MIN },
  { layer: layer('L1'), to: ['maestro'], afterMs: 60 * MIN },
  { layer: layer('L0'), to: ['notify', 'github'], afterMs: null },
]
const LAYOUT: LayoutInit = {
  layers: ['L0', 'L1', 'L2', 'L3'],
  machines: { here: { layer: 'L1' }, mugen: { kind: 'ssh', layer: 'L2' } },
  agents: {
    'CCG-1': { machine: 'mugen', role: 'coordinate', onLimit: 'hold' },
    'CG-1': { machine: 'mugen', role: 'database', onLimit: 'hold' },
    'CG-2': { machine: 'mugen', role: 'pages' },
  },
  tasks: {
    pg: { title: 'PostgreSQL connection', tier: 'P0', role: 'database', retry: { attempts: 2, delayMs: 0 } },
    orm: { role: 'database', needs: ['pg'], tier: 'P0' },
    page: { role: 'pages', tier: 'P2' },
    adr: { role: 'pages' },
    api: { role: 'pages', needs: ['agreed'] },
  },
  gates: { agreed: { after: ['adr'], approve: 'human', quorum: { role: 'approver', count: 1 } } },
  people: [MAESTRO],
  escalation: LADDER,
}

/** The bench with somebody who carries out what is decided, and notes who heard what when. */
class Crisis extends Bench {
  readonly told: string[] = []

  /** Lets time pass, from one moment at which something is due to the next. */
  until(minutes: number): void {
    const end = minutes * MIN
    for (;;) {
      this.act()
      const wake = this.wakeAt()
      if (wake === null || wake > end) break
      this.now = Math.max(this.now + 1, wake)
    }
    this.now = end
    this.act()
  }

  act(): void {
    for (let again = true; again;) {
      again = false
      for (const action of this.actions()) {
        if (action.type === 'record') this.event(action.event)
        else if (action.type === 'escalation.deliver')
          this.deliver(action.escalation, action.layer, action.to)
        else continue
        again = true
        break
      }
    }
  }

  deliver(escalation: string, at: LayerId, to: string): void {
    const one = findEscalation(this.state, escalation)!
    const sent = { escalation, layer: at, to }
    this.event({ type: 'escalation.sending', ...sent })
    this.event({ type: 'escalation.sent', ...sent, outcome: 'sent', reason: null })
    this.told.push(`${Math.round(this.now / MIN)}m ${at} ${to}: ${one.id} ${one.text.issue}`)
  }
}

describe('a crisis', () => {
  it('is told up the ladder, each cause once a layer, while everything else goes on', () => {
    const run = new Crisis(LAYOUT)
    expect(run.dispatch()).to.have.members(['pg>CG-1', 'adr>CG-2'])
    run.finish('adr')
    run.prove('pg', 'fail')
    expect(run.task('pg').status).to.equal('READY')
    run.until(1)
    // The approver does not answer, and the work that does not wait for them goes on.
    const first = ['0m L2 agent:CCG-1: E1 gate agreed waits for maestro', '0m L2 person:maestro: E1 gate agreed waits for maestro'] // prettier-ignore
    expect(run.told).to.deep.equal(first)
    expect(run.dispatch()).to.have.members(['pg>CG-1', 'page>CG-2'])
    run.until(10)
    run.see('CG-1', 'limited', { text: 'usage limit', until: 120 * MIN })
    run.until(12)
    run.prove('pg', 'fail')
    run.until(100)
    run.finish('page')
    run.until(240)
    expect(run.told).to.deep.equal([
      ...first,
      '10m L2 agent:CCG-1: E2 CG-1 is limited, until 1970-01-01 02:00 (UTC) at pg',
      '12m L2 agent:CCG-1: E3 pg failed after 2 attempts: PostgreSQL connection',
      '40m L1 person:maestro: E2 CG-1 is limited, until 1970-01-01 02:00 (UTC) at pg',
      '42m L1 person:maestro: E3 pg failed after 2 attempts: PostgreSQL connection',
      '90m L0 notify: E1 gate agreed waits for maestro',
      '90m L0 github: E1 gate agreed waits for maestro',
      '100m L0 notify: E2 CG-1 is limited, until 1970-01-01 02:00 (UTC) at pg',
      '100m L0 github: E2 CG-1 is limited, until 1970-01-01 02:00 (UTC) at pg',
      '102m L0 notify: E3 pg failed after 2 attempts: PostgreSQL connection',
      '102m L0 github: E3 pg failed after 2 attempts: PostgreSQL connection',
    ])
    expect(run.status('page', 'api', 'orm')).to.deep.equal(['COMPLETED', 'PENDING', 'BLOCKED'])
    expect(noticeOf(findEscalation(run.state, 'E3')!, 'orchestra ack E3')).to.deep.equal({
      title: '🚨 URGENT',
      text: [
        'Issue: pg failed after 2 attempts: PostgreSQL connection',
        'Blocker: attempt 2 failed: the agent reported fail',
        'Proposed solution: orchestra retry pg',
        'Impact: 1 task waits for it: orm',
        'Told before, without an answer: L2 (CCG-1), L1 (maestro)',
        'Take it on: orchestra ack E3',
      ].join('\n'),
    })
  })

  it('does not say that somebody was told who was not reached', () => {
    const run = new Crisis(LAYOUT)
    run.dispatch()
    run.finish('adr')
    run.until(100)
    const known = findEscalation(run.state, 'E1')!
    const deliveries = known.deliveries.map((one) =>
      one.to === 'person:maestro' ? { ...one, state: 'failed' as const } : one,
    )
    const { text } = noticeOf({ ...known, deliveries }, 'orchestra ack E1')
    expect(text).to.match(/^Told before, without an answer: L2 \(CCG-1\)/m)
  })

  it('stops climbing when somebody takes it on, and ends with its cause', () => {
    const run = new Crisis(LAYOUT)
    run.dispatch()
    run.finish('adr')
    run.until(5)
    run.event({ type: 'escalation.acked', escalation: 'E1', by: PERSON })
    run.until(300)
    expect(run.told).to.have.length(2)
    const [acked] = escalationRows(run.state)
    expect(acked).to.deep.include({ state: 'acked', acked_by: 'person:1000', next: null, layer: 'L2' })
    const answer = { approved: true, question: [], promptId: null, criteria: null, reason: null, by: PERSON }
    run.event({ type: 'gate.answered', gate: 'agreed' as GateId, ...answer })
    run.act()
    expect(escalationRows(run.state)[0]?.state).to.equal('closed')
  })

  it('begins at the last layer of the ladder without an attempt, else at that of the machine', () => {
    const run = new Crisis({
      ...LAYOUT,
      escalation: LADDER.slice(1),
      tasks: { job: { kind: 'command', machine: 'here' }, later: { role: 'pages', needs: ['job'] } },
      gates: {},
    })
    run.dispatch()
    run.event(blocked('later', { urgent: true }))
    run.prove('job', 'fail', 1)
    run.act()
    expect(run.told.map((line) => line.split(':')[0])).to.deep.equal(['0m L1 person', '0m L1 person'])
  })

  it('goes on at once where nobody can be told', () => {
    const people = [{ ...MAESTRO, notify: false }]
    const escalation = [{ ...LADDER[0]!, to: ['nobody'] }, ...LADDER.slice(1)]
    const run = new Crisis({ ...LAYOUT, people, escalation })
    run.dispatch()
    run.finish('adr')
    run.act()
    expect(run.told).to.deep.equal(['0m L1 person:maestro: E1 gate agreed waits for maestro'])
  })

  it('of a cause that comes back soon is told to nobody again; of one that comes back later, it is', () => {
    const run = new Crisis({ ...LAYOUT, gates: {}, tasks: { pg: { role: 'database' } } })
    run.dispatch()
    run.see('CG-1', 'limited')
    run.until(1)
    run.see('CG-1', 'working')
    run.until(2)
    expect(escalationRows(run.state)[0]?.state).to.equal('closed')
    run.see('CG-1', 'limited')
    run.until(8)
    expect([run.told.length, escalationRows(run.state)[0]?.id]).to.deep.equal([1, 'E1'])
    run.see('CG-1', 'working')
    run.until(9)
    run.now = 60 * MIN
    run.see('CG-1', 'limited')
    run.act()
    expect([run.told.length, escalationRows(run.state)[0]?.id]).to.deep.equal([2, 'E2'])
  })

  it('is nothing over which a machine that cannot be asked decides', () => {
    const run = new Crisis({ ...LAYOUT, gates: {}, tasks: { pg: { role: 'database' } } })
    run.dispatch()
    run.see('CG-1', 'limited')
    run.act()
    run.machine('mugen', 'unknown')
    run.act()
    expect(escalationRows(run.state)[0]?.state).to.equal('open')
  })

  it('names a run in which nothing moves', () => {
    const run = new Crisis({ ...LAYOUT, gates: {}, tasks: { pg: { role: 'database', agent: 'CG-1' } } })
    // Nobody is given anything there any more.
    const machine = run.state.machines.get('mugen' as never)!
    run.relayout({
      ...LAYOUT,
      machines: { here: { layer: 'L1' }, mugen: { kind: 'ssh', layer: 'L2', maxLoad: 1 } },
      gates: {},
      tasks: { pg: { role: 'database' } },
    })
    run.event({ type: 'machine.loaded', machine: machine.spec.id, load1: 9, cores: 1 })
    run.act()
    expect(run.told).to.deep.equal(['0m L2 agent:CCG-1: E1 nothing moves: work is left, and nobody takes it'])
    expect(findEscalation(run.state, 'E1')?.text.blocker).to.equal('ready, and not taken: pg (database)')
  })

  it('is the same from a snapshot', () => {
    const run = new Crisis(LAYOUT)
    run.dispatch()
    run.prove('pg', 'fail')
    run.event(blocked('adr', {}))
    run.until(45)
    const back = decodeState(encodeState(run.state), JOURNAL_FORMAT)
    expect(typeof back === 'string' ? back : sameState(back, run.state)).to.equal(true)
  })
})

function blocked(task: string, { urgent = false }: { urgent?: boolean }) {
  return {
    type: 'task.blocked',
    task: task as TaskId,
    text: 'staging is down',
    proposal: 'ask the owner',
    impact: null,
    urgent,
    by: PERSON,
  } as const
}

describe('block and unblock', () => {
  const run = () =>
    new Crisis({ ...LAYOUT, gates: {}, tasks: { pg: { role: 'database' }, orm: { needs: ['pg'] } } })

  it('ends a running attempt, holds what needs the task, and lets it go on', () => {
    const bench = run()
    bench.dispatch()
    bench.event(blocked('pg', { urgent: true }))
    expect(bench.said()).to.include('attempt.stop:pg.1:cancelled')
    bench.end('pg', 'cancelled', 'stopped')
    expect(bench.status('pg', 'orm')).to.deep.equal(['BLOCKED', 'BLOCKED'])
    expect(bench.task('pg').reason).to.equal('staging is down (blocked by person:1000)')
    bench.act()
    const [row] = escalationRows(bench.state)
    expect(row).to.deep.include({ urgent: true, blocker: 'staging is down', proposal: 'ask the owner' })
    expect(row?.impact).to.equal('1 task waits for it: orm')
    bench.event({ type: 'task.unblocked', task: 'pg' as TaskId, by: PERSON })
    expect(bench.status('pg', 'orm')).to.deep.equal(['READY', 'PENDING'])
    bench.act()
    expect(escalationRows(bench.state)[0]?.state).to.equal('closed')
  })

  it('lets a run go on that had ended because of it', () => {
    const bench = run()
    bench.dispatch()
    bench.prove('pg', 'blocked')
    bench.act()
    bench.event({ type: 'run.finished' })
    bench.event({ type: 'task.unblocked', task: 'pg' as TaskId, by: PERSON })
    expect([bench.state.phase, ...bench.dispatch()]).to.deep.equal(['running', 'pg>CG-1'])
  })

  it('frees what an attempt reported as blocked, and nothing that only waits for others', () => {
    const bench = run()
    bench.dispatch()
    bench.prove('pg', 'blocked')
    bench.event({ type: 'task.unblocked', task: 'orm' as TaskId, by: PERSON })
    expect(bench.status('pg', 'orm')).to.deep.equal(['BLOCKED', 'BLOCKED'])
    bench.event({ type: 'task.unblocked', task: 'pg' as TaskId, by: PERSON })
    expect(bench.status('pg', 'orm')).to.deep.equal(['READY', 'PENDING'])
  })
})
