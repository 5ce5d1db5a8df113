import { expect } from 'chai'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentId, AttemptId, MachineId, Nonce, TaskId } from '../../../lib/core/ids.js'
import type { RunEvent } from '../../../lib/core/run/events.js'
import { AT, note, open, withDir } from './fixtures.js'

const attempt = 'Task-1.1' as AttemptId
const started: RunEvent = {
  type: 'attempt.started',
  at: AT,
  attempt,
  task: 'Task-1' as TaskId,
  agent: 'CG-1' as AgentId,
  generation: 1,
  machine: 'mugen' as MachineId,
  nonce: 'abcdefgh' as Nonce,
  random: 0.5,
}

describe('Store', () => {
  it('gives back what was written, in order, after it was closed and opened again', () =>
    withDir(async (dir) => {
      const first = await open(dir)
      expect(first.append([note('a'), note('日本 "quoted"\n\u0000')])).to.equal(2)
      expect(first.append([note('c')])).to.equal(3)
      first.close()

      const second = await open(dir)
      expect([...second.load()]).to.deep.equal([
        { seq: 1, event: note('a') },
        { seq: 2, event: note('日本 "quoted"\n\u0000') },
        { seq: 3, event: note('c') },
      ])
      expect(second.append([note('d')])).to.equal(4)
      expect(second.append([])).to.equal(4)
      second.close()
    }))

  it('keeps what need not be on the disk in its place between what must', () =>
    withDir(async (dir) => {
      const first = await open(dir)
      first.append([note('a')])
      expect(first.append([note('b'), note('c')], { durable: false })).to.equal(3)
      expect(first.append([note('d')])).to.equal(4)
      expect(first.append([note('e')], { durable: false })).to.equal(5)
      first.close()
      const second = await open(dir)
      expect([...second.load()].map(({ event }) => event)).to.deep.equal(
        ['a', 'b', 'c', 'd', 'e'].map((text) => note(text)),
      )
      second.close()
    }))

  it('keeps its id and counts its openings', () =>
    withDir(async (dir) => {
      const first = await open(dir)
      expect(first.id).to.match(/^[a-z2-7]{6}$/)
      expect(first.generation).to.equal(1)
      first.close()
      const second = await open(dir)
      expect([second.id, second.generation]).to.deep.equal([first.id, 2])
      second.close()
    }))

  it('lets nobody else read it', () =>
    withDir(async (dir) => {
      const store = await open(dir)
      store.append([note('a')])
      expect(statSync(dir).mode & 0o777).to.equal(0o700)
      for (const file of ['store.db', 'store.db-wal', 'store.pid']) {
        expect(statSync(join(dir, file)).mode & 0o777, file).to.equal(0o600)
      }
      store.close()
    }))

  it('answers questions about the journal', () =>
    withDir(async (dir) => {
      const store = await open(dir)
      store.append([note('a'), { type: 'run.finished', at: AT }, note('b'), note('c')])
      const seqs = (query: Parameters<typeof store.events>[0]) => store.events(query).map(({ seq }) => seq)
      expect(seqs({ after: 1, limit: 2 })).to.deep.equal([2, 3])
      expect(seqs({ types: ['noted'] })).to.deep.equal([1, 3, 4])
      expect(seqs({ types: [] })).to.deep.equal([])
      expect(seqs({ newest: true, limit: 2 })).to.deep.equal([3, 4])
      store.close()
    }))

  it('keeps a table of executions that ends each attempt once', () =>
    withDir(async (dir) => {
      const store = await open(dir)
      store.append([
        started,
        {
          type: 'attempt.proved',
          at: AT + 5,
          attempt,
          proof: { kind: 'report', outcome: 'done', text: 'ok', exitCode: null },
        },
        {
          type: 'attempt.verified',
          at: AT + 9,
          attempt,
          ok: true,
          checks: [],
          missingOutputs: [],
          outputs: [],
        },
        { type: 'attempt.ended', at: AT + 20, attempt, status: 'lost', reason: 'late', screen: null },
      ])
      expect(store.executions()).to.deep.equal([
        {
          attempt: 'Task-1.1',
          task: 'Task-1',
          agent: 'CG-1',
          agentType: 'unknown',
          machine: 'mugen',
          status: 'succeeded',
          proof: 'report',
          result: 'ok',
          startedAt: AT,
          completedAt: AT + 9,
        },
      ])
      expect(store.executions({ agent: 'CG-2' })).to.deep.equal([])
      expect(store.executions({ agent: 'CG-1', task: 'Task-1' })).to.have.length(1)
      store.close()
    }))

  it('remembers a delivery by its operation id', () =>
    withDir(async (dir) => {
      const store = await open(dir)
      const agent = 'CG-1' as AgentId
      store.append([
        { type: 'message.queued', at: AT, agent, operation: 'op1', digest: 'd', bytes: 3, by: 'user' },
        { type: 'message.settled', at: AT + 1, agent, operation: 'op1', receipt: 'refused', reason: 'gone' },
      ])
      expect(store.getReceipt('op1')).to.deep.equal({
        operation: 'op1',
        agent: 'CG-1',
        digest: 'd',
        state: 'refused',
        reason: 'gone',
        at: AT + 1,
      })
      expect(store.getReceipt('op2')).to.equal(undefined)
      for (const [at, operation] of [
        [AT + 2, 'op3'],
        [AT + 3, 'op4'],
      ] as const)
        store.append([{ type: 'message.queued', at, agent, operation, digest: 'd', bytes: 3, by: 'user' }])
      // What is being typed is still the older one.
      store.putReceipt({
        operation: 'op3',
        agent,
        digest: 'd',
        state: 'queued',
        reason: 'sending 1',
        at: AT + 9,
      })
      expect(store.openReceipts().map(({ operation, reason }) => `${operation} ${reason}`)).to.deep.equal([
        'op3 sending 1',
        'op4 null',
      ])
      store.close()
    }))

  it('loads a hundred thousand events', () =>
    withDir(async (dir) => {
      const store = await open(dir)
      const thousand = Array.from({ length: 1000 }, (_, index) => note(`line ${index} ${'x'.repeat(100)}`))
      for (let batch = 0; batch < 100; batch += 1) store.append(thousand)
      let count = 0
      for (const { seq } of store.load()) count = seq
      expect(count).to.equal(100_000)
      expect(statSync(join(dir, 'store.db-wal')).size).to.be.lessThan(8 * 1024 * 1024)
      expect(store.integrityCheck()).to.deep.equal([])
      store.close()
    }))
})
