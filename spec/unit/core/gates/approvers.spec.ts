import { expect } from 'chai'
import fc from 'fast-check'
import { questionStates } from '../../../../lib/core/gates/approvals.js'
import { gateRow } from '../../../../lib/core/gates/gate-row.js'
import { peopleOf } from '../../../../lib/core/gates/people.js'
import { gateRevision } from '../../../../lib/core/gates/revision.js'
import type { PersonSpec } from '../../../../lib/core/gates/spec.js'
import type { GateId } from '../../../../lib/core/ids.js'
import type { NamedKind, Principal } from '../../../../lib/core/principal.js'
import type { GateInit } from '../../../../lib/simulate/layout-of.js'
import { Bench } from '../run/bench.js'

const G = 'G' as GateId
const who = (kind: NamedKind, id: string): Principal => ({ kind, id, via: 'socket' })
const person = (id: string, is: string[], roles = ['approver']): PersonSpec => ({
  id,
  is,
  roles,
  layer: null,
  notify: false,
})
const PEOPLE = [
  person('maestro', ['person:1', 'github:m']),
  person('anna', ['person:2']),
  person('guest', ['person:3'], ['viewer']),
]
const TWO: GateInit = { after: ['a'], approve: 'human', quorum: { role: 'approver', count: 2 } }

function atGate(gate: GateInit, people: readonly PersonSpec[] = PEOPLE): Bench {
  const run = new Bench({
    agents: { A: {} },
    tasks: { a: {}, b: { needs: ['G'] } },
    gates: { G: gate },
    people,
  })
  run.dispatch()
  run.finish('a')
  return run
}

interface Said {
  readonly approved?: boolean
  readonly criteria?: readonly number[]
  readonly reason?: string
  readonly revision?: string
}

function answer(run: Bench, by: Principal, said: Said = {}): void {
  run.now += 1000
  const promptId = said.revision ?? gateRevision(run.gate('G'))
  const { approved = true, criteria = null, reason = null } = said
  run.event({ type: 'gate.answered', gate: G, approved, question: [], promptId, criteria, reason, by })
}

function checked(
  run: Bench,
  outcomes: readonly [string, boolean][],
  head: string | null = 'a'.repeat(40),
): void {
  run.now += 1000
  const checks = outcomes.map(([command, ok]) => {
    return { command, ok, exitCode: ok ? 0 : 1, output: '', durationMs: 1 }
  })
  const ok = checks.every((check) => check.ok)
  run.event({ type: 'gate.checked', gate: G, ok, checks, head })
}

describe('the approvers of a gate', () => {
  it('are counted as people: twice the same one is one', () => {
    const run = atGate(TWO)
    answer(run, who('person', '1'))
    answer(run, who('github', 'm'))
    expect(run.gate('G').status).to.equal('waiting')
    answer(run, who('person', '2'), { reason: 'read it twice' })
    expect(run.gate('G')).to.deep.include({
      status: 'open',
      reason: 'approved by maestro (person:1); maestro (github:m); anna (person:2): read it twice',
    })
    expect(run.status('b')).to.deep.equal(['READY'])
  })

  it('are those with the role; nobody else opens or closes it', () => {
    for (const by of [who('person', '3'), who('person', '4'), who('token', 'm'), who('github', 'anna')]) {
      const run = atGate({ ...TWO, quorum: { role: 'approver', count: 1 } })
      answer(run, by)
      answer(run, by, { approved: false })
      expect([run.gate('G').status, run.state.answers.length], by.kind).to.deep.equal(['waiting', 0])
    }
  })

  it('are never agents, whatever the layout says of them', () => {
    const daemon: Principal = { kind: 'daemon', via: 'timer' }
    for (const by of [who('agent', 'A'), who('attempt', 'a.1'), daemon]) {
      for (const gate of [{ after: ['a'], approve: 'human' }, TWO] as const) {
        const run = atGate(gate, [...PEOPLE, person('bot', ['agent:A', 'attempt:a.1', 'daemon'])])
        answer(run, by)
        expect(run.gate('G').status).to.equal('waiting')
      }
    }
  })

  it('are whoever owns the socket where the layout names nobody', () => {
    const run = atGate({ ...TWO, quorum: { role: 'approver', count: 1 } }, [])
    answer(run, who('person', '1000'))
    expect(run.gate('G').status).to.equal('open')
  })

  it('say no alone, with a reason; then as many must say yes to the closed gate', () => {
    const run = atGate(TWO)
    answer(run, who('person', '1'))
    answer(run, who('person', '2'), { approved: false, reason: 'the schema is wrong' })
    expect(run.gate('G').reason).to.equal('denied by anna (person:2): the schema is wrong')
    expect(run.status('b')).to.deep.equal(['BLOCKED'])
    answer(run, who('person', '2'))
    expect(run.gate('G').status).to.equal('failed')
    answer(run, who('person', '1'))
    expect(run.gate('G').status).to.equal('open')
  })
})

describe('the criteria of a gate', () => {
  const criteria = [
    { text: 'All documents are there', verify: ['ls docs', 'ls api'] },
    { text: 'The schema is approved', verify: [] },
    { text: 'It lints', verify: ['lint'] },
    { text: 'The dates are agreed', verify: [] },
  ]
  const gate: GateInit = { after: ['a'], approve: 'human', criteria, quorum: { role: 'approver', count: 1 } }
  const GOOD: [string, boolean][] = [['ls docs', true], ['ls api', true], ['lint', true]] // prettier-ignore

  it('are all checked, then each question is asked; it opens when every one has its answers', () => {
    const run = atGate(gate)
    expect(run.said()).to.deep.equal(['gate.check:G'])
    checked(run, GOOD)
    answer(run, who('person', '1'), { criteria: [2] })
    expect(run.gate('G').status).to.equal('waiting')
    expect(
      questionStates(run.gate('G')).map(({ number, answers }) => [number, answers.length]),
    ).to.deep.equal([
      [2, 1],
      [4, 0],
    ])
    answer(run, who('person', '2'), { criteria: [4] })
    expect(run.gate('G').status).to.equal('open')
    const row = gateRow(run.gate('G'), peopleOf(run.state.layout))
    expect(row.criteria.map(({ number, kind, outcome }) => `${number} ${kind} ${outcome}`)).to.deep.equal([
      '1 commands passed',
      '2 question passed',
      '3 commands passed',
      '4 question passed',
    ])
    expect(row).to.deep.include({ role: 'approver', count: 1, approvers: ['maestro', 'anna'] })
  })

  it('fail with the first command of each that fails, and all of them are known', () => {
    const run = atGate(gate)
    checked(run, [['ls docs', false], ['lint', false]]) // prettier-ignore
    expect(run.gate('G')).to.deep.include({ status: 'failed', reason: 'verify: ls docs: exit status 1' })
    expect(gateRow(run.gate('G')).criteria.map(({ failed }) => failed)).to.deep.equal([
      'ls docs',
      null,
      'lint',
      null,
    ])
  })

  it('are not believed when they answer what an earlier layout asked', () => {
    const run = atGate(gate)
    checked(run, [['ls docs', true], ['lint', true]]) // prettier-ignore
    checked(run, [...GOOD, ['more', true]])
    checked(run, [['other', true]]) // prettier-ignore
    expect(run.gate('G').status).to.equal('checking')
  })

  const again = (run: Bench) =>
    run.event({ type: 'gate.check_requested', gate: G, reason: 'HEAD', by: who('person', '1') })

  it('that say the same after a commit leave the question as it was, and its answers count', () => {
    const run = atGate({ ...gate, quorum: { role: 'approver', count: 2 } })
    checked(run, GOOD)
    const revision = gateRevision(run.gate('G'))
    answer(run, who('person', '1'))
    again(run)
    answer(run, who('person', '2'), { revision: revision! })
    expect(run.gate('G').status).to.equal('checking')
    checked(run, GOOD, 'b'.repeat(40))
    expect(run.gate('G').status).to.equal('open')
  })

  it('that say something else make a new question, and void the answers', () => {
    const one = [{ text: 'It builds', verify: ['build'] }]
    const run = atGate({
      after: ['a'],
      approve: 'human',
      criteria: one,
      quorum: { role: 'approver', count: 2 },
    })
    checked(run, [['build', true]])
    const old = gateRevision(run.gate('G'))!
    answer(run, who('person', '1'))
    again(run)
    checked(run, [['build', false]])
    expect(run.gate('G')).to.deep.include({ status: 'failed', approvals: [] })
    answer(run, who('person', '1'))
    checked(run, [['build', true]], 'b'.repeat(40))
    expect(gateRevision(run.gate('G'))).to.not.equal(old)
    answer(run, who('person', '1'))
    answer(run, who('person', '2'), { revision: old })
    expect(run.gate('G').status).to.equal('waiting')
    answer(run, who('person', '2'))
    expect(run.gate('G').status).to.equal('open')
  })

  it('that an edit of the layout changes are asked anew', () => {
    const run = atGate({ ...gate, criteria: [criteria[1]!], quorum: { role: 'approver', count: 2 } })
    answer(run, who('person', '1'))
    const edited = { ...gate, criteria: [{ text: 'The new schema is approved', verify: [] }] }
    run.relayout({
      agents: { A: {} },
      tasks: { a: {}, b: { needs: ['G'] } },
      gates: { G: { ...edited, quorum: { role: 'approver', count: 2 } } },
      people: PEOPLE,
    })
    answer(run, who('person', '2'))
    expect(run.gate('G').status).to.equal('waiting')
    answer(run, who('person', '1'))
    expect(run.gate('G').status).to.equal('open')
  })
})

describe('any life of a gate', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('yes' as const), who: fc.integer({ min: 0, max: 5 }), late: fc.boolean() }),
    fc.record({ do: fc.constant('no' as const), who: fc.integer({ min: 0, max: 5 }) }),
    fc.record({ do: fc.constant('check' as const), ok: fc.boolean(), head: fc.integer({ min: 0, max: 1 }) }),
    fc.record({ do: fc.constant('again' as const) }),
  )
  const ACTORS = [
    ...(['1', '2', '3'] as const).map((id) => who('person', id)),
    who('github', 'm'),
    who('agent', 'A'),
    who('attempt', 'a.1'),
  ]

  it('opens only with passed commands and the yes of two approvers to one revision', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const run = atGate({ ...TWO, verify: ['check'] })
        let revision: string | null = null
        let old = 'none'
        let yes = new Set<string>()
        for (const now of steps) {
          const before = run.gate('G')
          if (before.status === 'open') break
          const asked = gateRevision(before)
          if (asked !== null && asked !== revision) {
            old = revision ?? old
            revision = asked
            yes = new Set()
          }
          if (now.do === 'check') checked(run, [['check', now.ok]], `${now.head}`.repeat(40))
          else if (now.do === 'again')
            run.event({ type: 'gate.check_requested', gate: G, reason: 'HEAD', by: ACTORS[0]! })
          else {
            const by = ACTORS[now.who]!
            const isLate = now.do === 'yes' && now.late
            const named: string = isLate ? old : (asked ?? revision ?? old)
            answer(run, by, { approved: now.do === 'yes', revision: named })
            const is = { 'person:1': 'maestro', 'github:m': 'maestro', 'person:2': 'anna' }
            const name = is[`${by.kind}:${'id' in by ? by.id : ''}` as keyof typeof is]
            if (now.do === 'yes' && name !== undefined && named === revision) yes.add(name)
          }
          const after = run.gate('G')
          if (after.status !== 'open') continue
          expect(after.checks.every(({ ok }) => ok)).to.equal(true)
          expect(yes.size).to.be.at.least(2)
        }
      }),
      { numRuns: 500 },
    )
  })
})
