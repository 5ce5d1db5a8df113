/** The loop over SQLite, and over a store whose writes are durable later. */
import { expect } from 'chai'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PERSON } from '../../../support/principals.js'
import type { AgentId } from '../../../../lib/core/ids.js'
import type { Action } from '../../../../lib/core/run/actions.js'
import type { RunEvent } from '../../../../lib/core/run/events.js'
import { initialState, reduce } from '../../../../lib/core/run/reduce.js'
import type { RunState } from '../../../../lib/core/run/state.js'
import type { Logger } from '../../../../lib/daemon/kernel/log.js'
import { Loop } from '../../../../lib/daemon/kernel/loop.js'
import { Projections } from '../../../../lib/daemon/history/projections.js'
import { confirmed } from '../../../../lib/daemon/kernel/confirmed.js'
import type { SessionStore } from '../../../../lib/store/port.js'
import { DelayedStore, leaseLost } from '../../../support/delayed-store.js'
import { taskOf } from '../../../../lib/simulate/layout-of.js'
import { eventually } from '../../../support/eventually.js'
import { AT, note, open, withDir } from '../../store/fixtures.js'

const started: RunEvent = { type: 'run.started', at: AT, by: PERSON }
const paused: RunEvent = { type: 'run.paused', at: AT + 1, by: PERSON }
const log = { warn: () => undefined, info: () => undefined } as unknown as Logger
/** The run is going on, so this is done. */
const check = { key: 'gate G', type: 'gate.check', gate: 'G' } as unknown as Action

interface Ground {
  readonly loop: Loop
  readonly store: SessionStore
  /** Seqs and types, in the order in which they were told. */
  readonly told: string[]
  readonly performed: string[]
  readonly lost: unknown[]
  readonly dir: string
}

async function withLoop(
  over: (store: SessionStore) => SessionStore,
  use: (ground: Ground) => Promise<void>,
): Promise<void> {
  await withDir(async (dir) => {
    const store = over(await open(dir))
    const ground = { told: [] as string[], performed: [] as string[], lost: [] as unknown[], store, dir }
    const loop = new Loop({
      state: initialState(),
      store,
      reduce,
      decide: ({ phase }: RunState) => ({ actions: phase === 'running' ? [check] : [], wakeAt: null }),
      perform: (action) => {
        ground.performed.push(action.key)
        // It is in flight for ever.
        return new Promise(() => {})
      },
      now: () => AT,
      log,
      onEvent: (seq, event) => ground.told.push(`${seq} ${event.type}`),
      onLost: (error) => ground.lost.push(error),
    })
    try {
      await use({ ...ground, loop })
    } finally {
      loop.stop()
      store.close()
    }
  })
}

/** Everything that can happen without the store has happened. */
async function turns(): Promise<void> {
  for (let n = 0; n < 20; n += 1) await new Promise((resolve) => setImmediate(resolve))
}

/** A store whose commits wait for `let go`, and fail while `fails` says how. */
function slow() {
  const gate = { isOpen: false, fails: null as Error | null }
  const before = async () => {
    while (!gate.isOpen && gate.fails === null) await new Promise((resolve) => setTimeout(resolve, 2))
    if (gate.fails !== null) throw gate.fails
  }
  let made: DelayedStore | undefined
  return {
    gate,
    over: (store: SessionStore) => (made = new DelayedStore(store, { before, retryMs: 2 })),
    commits: () => made?.commits ?? [],
  }
}

const rejection = (gate: Promise<void> | null) =>
  (gate ?? Promise.resolve()).then(
    () => null,
    (error: unknown) => error as Error & { details?: Record<string, unknown> },
  )

describe('the loop over SQLite', () => {
  it('has told and written an event when dispatch returns', () =>
    withLoop(
      (store) => store,
      async ({ loop, store, told, performed }) => {
        expect(loop.dispatch(started)).to.equal(1)
        expect(told).to.deep.equal(['1 run.started'])
        expect(store.events().map(({ event }) => event)).to.deep.equal([started])
        expect(loop.durable(1)).to.equal(null)
        expect(confirmed(loop)).to.equal(null)
        await turns()
        expect(performed).to.deep.equal(['gate G'])
      },
    ))
})

describe('the loop over a store that keeps later what it takes', () => {
  it('folds at once, and tells and performs when it is durable', () => {
    const { gate, over } = slow()
    return withLoop(over, async ({ loop, store, told, performed }) => {
      const seq = loop.dispatch(started)
      expect(seq).to.equal(1)
      expect(loop.state.phase).to.equal('running')
      await turns()
      expect([told, performed, store.events()]).to.deep.equal([[], [], []])
      gate.isOpen = true
      await loop.durable(seq)
      expect(store.events()).to.have.length(1)
      await eventually(() => expect([told, performed]).to.deep.equal([['1 run.started'], ['gate G']]))
    })
  })

  it('brings what came during a commit in the next one, and tells it in order', () => {
    const { gate, over, commits } = slow()
    return withLoop(over, async ({ loop, told }) => {
      loop.dispatch(started)
      for (let n = 0; n < 100; n += 1) loop.dispatch({ ...paused, at: AT + n })
      loop.dispatch(note('seen'))
      gate.isOpen = true
      await loop.settled()
      await eventually(() => expect(told).to.have.length(102))
      expect(told.map((line) => Number(line.split(' ')[0]))).to.deep.equal(
        Array.from({ length: 102 }, (_, i) => i + 1),
      )
      expect(told.at(-1)).to.equal('102 noted')
      expect(commits().slice(0, 2)).to.deep.equal([1, 100])
    })
  })

  it('does not perform what is not wanted any more when it is durable', () => {
    const { gate, over } = slow()
    return withLoop(over, async ({ loop, performed }) => {
      loop.dispatch(started)
      await turns()
      loop.dispatch(paused)
      gate.isOpen = true
      await loop.settled()
      await turns()
      expect(performed).to.deep.equal([])
      loop.dispatch({ type: 'run.resumed', at: AT, by: PERSON })
      await eventually(() => expect(performed).to.deep.equal(['gate G']))
    })
  })

  it('stops with the words of a store that is full, answers with them, and goes on', () => {
    const { gate, over } = slow()
    return withLoop(over, async ({ loop, told, performed }) => {
      gate.fails = new Error('no space left')
      loop.dispatch(started)
      await eventually(() => expect(loop.storeProblem).to.equal('no space left'))
      const error = await rejection(confirmed(loop))
      expect(error?.message).to.include('the store does not confirm').and.include('no space left')
      expect(error?.details).to.deep.equal({ store: 'unconfirmed' })
      await turns()
      expect([told, performed]).to.deep.equal([[], []])
      gate.fails = null
      gate.isOpen = true
      await eventually(() => expect([told, performed]).to.deep.equal([['1 run.started'], ['gate G']]))
      expect(loop.storeProblem).to.equal(null)
    })
  })

  it('says that what it folded is lost, tells and performs nothing of it, and takes nothing more', () => {
    const { gate, over } = slow()
    return withLoop(over, async ({ loop, told, performed, lost }) => {
      loop.dispatch(started)
      gate.fails = leaseLost()
      await eventually(() => expect(lost).not.to.deep.equal([]))
      expect(await rejection(loop.settled())).to.equal(lost[0])
      expect(() => loop.dispatch(paused)).to.throw('another has the lease')
      await turns()
      expect([told, performed]).to.deep.equal([[], []])
    })
  })

  it('leaves the files as they were until what they say is durable', () => {
    const { gate, over } = slow()
    return withLoop(over, async ({ loop, dir }) => {
      const files = new Projections(loop, () => AT, log)
      const run = join(`${dir}-run`)
      files.open(run)
      const queue = join(run, 'task_queue.json')
      loop.dispatch({ type: 'task.submitted', at: AT, task: taskOf('T1', {}), by: PERSON })
      files.flush()
      await turns()
      expect(existsSync(queue)).to.equal(false)
      loop.dispatch({ type: 'task.submitted', at: AT, task: taskOf('T2', {}), by: PERSON })
      gate.isOpen = true
      await eventually(() => expect(readFileSync(queue, 'utf8')).to.include('T1'))
      files.changed()
      await eventually(() => expect(readFileSync(queue, 'utf8')).to.include('T2'))
      files.stop()
    })
  })

  it('reads back what was written before it is durable', () => {
    const { over } = slow()
    return withLoop(over, async ({ loop, store }) => {
      const agent = 'A-1' as AgentId
      loop.dispatch({
        type: 'message.queued',
        at: AT,
        agent,
        operation: 'op',
        digest: 'd',
        bytes: 1,
        by: PERSON,
      })
      expect(store.facts.receipt('op')?.state).to.deep.equal({ phase: 'waiting' })
      expect(store.lastSeq).to.equal(1)
    })
  })
})
