/** What every store promises to the daemon. A new one runs this with a harness of its own. */
import { expect } from 'chai'
import type { AgentId, AttemptId } from '../../lib/core/ids.js'
import type { RunEvent } from '../../lib/core/run/events.js'
import { OrchestraError } from '../../lib/core/errors.js'
import { FACTS, type Fact } from '../../lib/store/facts.js'
import type { SessionStore } from '../../lib/store/port.js'
import { PERSON } from './principals.js'

export interface StorePlace<S extends SessionStore> {
  /** Takes the lease of one and the same store. */
  open(): Promise<S>
  /** Writes a value while nobody holds the lease, as another version or a person would. */
  damage(name: string, id: string, text: string): Promise<void>
}

const AT = Date.UTC(2026, 10, 21, 4)
const A = 'A-1' as AgentId

function note(text: string): RunEvent {
  return { type: 'noted', at: AT, subject: 'spec', text }
}

function queued(operation: string, at = AT): RunEvent {
  return { type: 'message.queued', at, agent: A, operation, digest: 'd', bytes: 3, by: PERSON }
}

export function storeContract<S extends SessionStore>(
  name: string,
  withPlace: (use: (place: StorePlace<S>) => Promise<void>) => Promise<void>,
): void {
  const withStore = (use: (store: S, place: StorePlace<S>) => Promise<void> | void) =>
    withPlace(async (place) => {
      const store = await place.open()
      try {
        await use(store, place)
      } finally {
        store.close()
      }
    })

  describe(`${name} as a journal`, () => {
    it('numbers events without gaps, and gives them back in their order to the next holder', () =>
      withPlace(async (place) => {
        const first = await place.open()
        expect(first.append([note('a'), note('日本 "quoted"\n\u0000')])).to.equal(2)
        expect(first.append([note('b')], { durable: false })).to.equal(3)
        expect(first.append([note('c')])).to.equal(4)
        expect(first.append([])).to.equal(4)
        await first.settled()
        first.close()
        const second = await place.open()
        expect(second.lastSeq).to.equal(4)
        expect([...second.load()]).to.deep.equal(
          ['a', '日本 "quoted"\n\u0000', 'b', 'c'].map((text, i) => ({ seq: i + 1, event: note(text) })),
        )
        expect(second.append([note('d')])).to.equal(5)
        await second.settled()
        second.close()
      }))

    it('answers questions by place, kind and number', () =>
      withStore(async (store) => {
        const last = store.append([note('a'), { type: 'run.finished', at: AT }, note('b'), note('c')])
        await store.durable(last)
        const seqs = (query: Parameters<S['events']>[0]) => store.events(query).map(({ seq }) => seq)
        expect(seqs({ after: 1, limit: 2 })).to.deep.equal([2, 3])
        expect(seqs({ types: ['noted'] })).to.deep.equal([1, 3, 4])
        expect(seqs({ types: [] })).to.deep.equal([])
        expect(seqs({ newest: true, limit: 2 })).to.deep.equal([3, 4])
      }))
  })

  describe(`${name} as a place of snapshots`, () => {
    it('reads on behind one, gives back the newest first, and keeps the one before', () =>
      withStore(async (store) => {
        await store.durable(store.append([note('a'), note('b'), note('c')]))
        expect([...store.load(2)].map(({ seq }) => seq)).to.deep.equal([3])
        expect([...store.snapshots()]).to.deep.equal([])
        for (const seq of [1, 2, 3]) store.saveSnapshot(seq, `state ${seq}`)
        await store.settled()
        const found = [...store.snapshots()].map(({ seq, state }) => [seq, state])
        expect(found).to.deep.equal([
          [3, 'state 3'],
          [2, 'state 2'],
        ])
      }))

    it('finds the events of a time, and says which version wrote what', () =>
      withStore(async (store) => {
        const at = (ms: number): RunEvent => ({ ...note(`at ${ms}`), at: ms })
        await store.durable(store.append(Array.from({ length: 100 }, (_, i) => at(1000 + i * 10))))
        const first = (since: number) => store.events({ since, limit: 1 }).map(({ event }) => event.at)
        expect([first(0), first(1000), first(1001), first(1990), first(1991)]).to.deep.equal([
          [1000],
          [1000],
          [1010],
          [1990],
          [],
        ])
        expect(store.events({ since: 1500, after: 80 })).to.have.length(20)
        expect(store.writers()).to.have.length(1)
        expect(store.writers()[0]).to.include({ seq: 1 })
      }))
  })

  describe(`${name} as what others rely on`, () => {
    it('has what it calls durable, events and facts in one order, even if nobody closes it', () =>
      withStore(async (store) => {
        const first = store.append([note('a')])
        store.facts.set(FACTS.lastPrompt, 'typed', A)
        const last = store.append([note('b')])
        expect(store.lastSeq).to.equal(last)
        await store.durable(last)
        expect(store.durable(first)).to.equal(null)
        expect(store.durable(last)).to.equal(null)
        expect(store.events().map(({ seq }) => seq)).to.include.members([first, last])
        expect(store.settled()).to.equal(null)
        expect(store.problem).to.equal(null)
      }))
  })

  describe(`${name} as a lease`, () => {
    it('has one holder at a time, and counts them', () =>
      withPlace(async (place) => {
        const first = await place.open()
        const refused = await place.open().then(
          () => null,
          (error: unknown) => error,
        )
        expect(refused).to.be.instanceOf(OrchestraError)
        expect((refused as OrchestraError).details['store']).to.equal('locked')
        first.append([note('still ours')])
        await first.settled()
        first.close()
        first.close()
        expect(() => first.append([note('late')])).to.throw(OrchestraError)
        const second = await place.open()
        expect([second.id, second.generation]).to.deep.equal([first.id, first.generation + 1])
        expect(second.id).to.match(/^[a-z2-7]{6}$/)
        await second.settled()
        second.close()
      }))
  })

  describe(`${name} as a place of facts`, () => {
    it('gives each fact back to the next holder, for each id by itself', () =>
      withPlace(async (place) => {
        const first = await place.open()
        const text = 'two lines\n"日本" \u0000\ud83d\ude00'
        first.facts.set(FACTS.message, text, 'op:1')
        first.facts.set(FACTS.message, '', 'op:2')
        first.facts.set(FACTS.lastPrompt, 'typed', 'op:1')
        first.facts.set(FACTS.conversation, { known: 'c-1', chosen: null }, A)
        first.facts.set(FACTS.resumed, { generation: 3, session: 'c-1' }, A)
        first.facts.set(FACTS.notified, ['one', 'two'])
        first.facts.set(FACTS.notified, ['three'])
        first.facts.delete(FACTS.message, 'op:3')
        await first.settled()
        first.close()
        const second = await place.open()
        const { facts } = second
        expect(facts.get(FACTS.message, 'op:1')).to.equal(text)
        expect(facts.get(FACTS.message, 'op:2')).to.equal('')
        expect(facts.get(FACTS.lastPrompt, 'op:1')).to.equal('typed')
        expect(facts.get(FACTS.conversation, A)).to.deep.equal({ known: 'c-1', chosen: null })
        expect(facts.get(FACTS.resumed, A)).to.deep.equal({ generation: 3, session: 'c-1' })
        expect(facts.get(FACTS.notified)).to.deep.equal(['three'])
        expect(facts.entries(FACTS.message)).to.deep.equal([
          ['op:1', text],
          ['op:2', ''],
        ])
        expect(facts.entries(FACTS.notified)).to.deep.equal([['', ['three']]])
        facts.delete(FACTS.message, 'op:1')
        expect(facts.entries(FACTS.message)).to.deep.equal([['op:2', '']])
        expect(facts.get(FACTS.message, 'op:1')).to.equal(null)
        expect(facts.get(FACTS.message, 'op:2')).to.equal('')
        expect(facts.problems()).to.deep.equal([])
        await second.settled()
        second.close()
      }))

    it('tells of what cannot be read in words, and goes on without it', () =>
      withPlace(async (place) => {
        const first = await place.open()
        first.append([queued('op')])
        await first.settled()
        first.close()
        for (const { name: fact } of Object.values(FACTS)) {
          await place.damage(fact, 'x', '{')
          await place.damage(fact, 'y', '[true]')
        }
        await place.damage('agent-types', '', '"word"')
        await place.damage('from-later', 'z', '{}')
        const second = await place.open()
        for (const fact of Object.values<Fact<unknown>>(FACTS)) {
          expect(second.facts.get(fact, 'x'), fact.name).to.equal(null)
          expect(second.facts.get(fact, 'y'), fact.name).to.equal(null)
        }
        second.append([queued('op2')])
        const problems = second.facts.problems()
        expect(problems).to.have.length(Object.keys(FACTS).length * 2 + 2)
        expect(problems).to.include.members([
          'agent-types: not a table of texts',
          'conversation of y: not a conversation (known, chosen)',
          'from-later: a fact that this version does not know',
          'message of x: not JSON',
        ])
        second.facts.set(FACTS.conversation, { known: null, chosen: 'c' }, 'x')
        await second.settled()
        expect(second.facts.problems()).to.have.length(problems.length - 1)
        await second.settled()
        second.close()
      }))

    it('keeps a receipt through its phases, and the open ones in the order of their beginning', () =>
      withPlace(async (place) => {
        const first = await place.open()
        first.append([queued('op3', AT + 2), queued('op4', AT + 3), queued('op1')])
        const base = { operation: 'op3', agent: A, digest: 'd', at: AT + 2 }
        expect(first.facts.receipt('op3')).to.deep.equal({ ...base, state: { phase: 'waiting' } })
        // It keeps its own time: it is still the older one.
        first.facts.noteSending({ ...base, at: AT + 9 }, 1)
        first.facts.noteSending({ operation: 'new', agent: 'A-2', digest: 'n', at: AT + 5 }, 4)
        first.append([
          {
            type: 'message.settled',
            at: AT + 7,
            agent: A,
            operation: 'op1',
            receipt: 'refused',
            reason: 'gone',
          },
        ])
        await first.settled()
        first.close()
        const second = await place.open()
        expect(second.facts.openReceipts()).to.deep.equal([
          { ...base, state: { phase: 'sending', generation: 1 } },
          { ...base, operation: 'op4', at: AT + 3, state: { phase: 'waiting' } },
          {
            operation: 'new',
            agent: 'A-2',
            digest: 'n',
            at: AT + 5,
            state: { phase: 'sending', generation: 4 },
          },
        ])
        const settled = { phase: 'settled', outcome: 'refused', reason: 'gone' }
        expect(second.facts.receipt('op1')?.state).to.deep.equal(settled)
        second.append([queued('op1', AT + 20)])
        expect(second.facts.receipt('op1')?.state).to.deep.equal(settled)
        expect(second.facts.receipt('op2')).to.equal(null)
        await second.settled()
        second.close()
      }))

    it("settles the receipt of an attempt's prompt when the attempt runs, or is over", () =>
      withPlace(async (place) => {
        const store = await place.open()
        const ids = ['T-1', 'T-2', 'T-3', 'T-30'] as unknown as readonly AttemptId[]
        for (const id of ids)
          store.facts.noteSending({ operation: `attempt:${id}:n`, agent: A, digest: 'n', at: AT }, 1)
        const [sure, unsure, over] = ids as readonly [AttemptId, AttemptId, AttemptId]
        store.append([
          { type: 'attempt.running', at: AT + 1, attempt: sure, pid: null, unconfirmed: '' },
          { type: 'attempt.running', at: AT + 2, attempt: unsure, pid: null, unconfirmed: 'no sign' },
          {
            type: 'attempt.ended',
            at: AT + 3,
            attempt: over,
            status: 'cancelled',
            reason: 'a person',
            screen: null,
          },
          {
            type: 'attempt.ended',
            at: AT + 4,
            attempt: sure,
            status: 'failed',
            reason: 'exit',
            screen: null,
          },
        ])
        await store.settled()
        const state = (id: AttemptId) => store.facts.receipt(`attempt:${id}:n`)?.state
        expect(ids.slice(0, 3).map(state)).to.deep.equal([
          { phase: 'settled', outcome: 'delivered', reason: null },
          { phase: 'settled', outcome: 'unconfirmed', reason: 'no sign' },
          { phase: 'settled', outcome: 'unconfirmed', reason: 'a person' },
        ])
        expect(store.facts.openReceipts().map(({ operation }) => operation)).to.deep.equal(['attempt:T-30:n'])
        store.close()
      }))
  })
}
