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
  headless: false,
}

describe('Store', () => {
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
          work: null,
          escapes: [],
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
