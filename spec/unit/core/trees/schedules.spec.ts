/** Slots under random schedules: each decision is carried out in part, late, twice, or not at all, as daemons that are killed do. */
import { expect } from 'chai'
import type { SlotId } from '../../../../lib/core/ids.js'
import type { Action, Timeless } from '../../../../lib/core/run/actions.js'
import { decide } from '../../../../lib/core/run/decide.js'
import type { RunEvent } from '../../../../lib/core/run/events.js'
import { decodeState, encodeState } from '../../../../lib/core/run/journal/snapshot.js'
import { JOURNAL_FORMAT } from '../../../../lib/core/run/journal/format.js'
import { initialState, reduce } from '../../../../lib/core/run/reduce.js'
import type { RunState } from '../../../../lib/core/run/state.js'
import { DAEMON } from '../../../../lib/core/principal.js'
import { layoutOf } from '../../../../lib/simulate/layout-of.js'
import { Random } from '../../../../lib/simulate/random.js'

const SIZE = 2
const LAYOUT = layoutOf({
  repositories: [{ id: 'app', paths: { here: '~/app' }, base: 'main', remote: null, watch: true }],
  trees: [
    {
      id: 'app',
      repository: 'app',
      size: SIZE,
      dir: '~/wood',
      setup: [],
      setupKey: [],
      copy: [],
      ports: {},
      keepMs: 60_000,
      submodules: 'auto',
    },
  ],
  agents: { held: { behaviour: 'demo', tree: { pool: 'app', hold: 'attempt' }, role: 'work' } },
  tasks: Object.fromEntries(
    Array.from({ length: 6 }, (_, i) => [
      `job${i}`,
      {
        kind: 'command' as const,
        tree: 'app',
        retry: { attempts: 3, delayMs: 1 },
        needs: i > 3 ? ['job0'] : [],
      },
    ]),
  ),
})

class World {
  readonly random: Random
  state: RunState = initialState()
  at = 1_000_000
  /** Who works in which path: what T2 is about. */
  readonly stands = new Set<SlotId>()

  constructor(seed: number) {
    this.random = new Random(seed)
    this.event({ type: 'layout.applied', layout: LAYOUT, revive: true, by: DAEMON })
    this.event({ type: 'machine.changed', machine: 'here', state: 'online', reason: null } as never)
    this.event({ type: 'run.started', by: DAEMON } as never)
  }

  event(event: Timeless<RunEvent>): void {
    this.state = reduce(this.state, { ...event, at: (this.at += 10) })
    this.check()
  }

  stuck(slot: SlotId, reason: string): void {
    this.event({ type: 'tree.stuck', slot, reason, retryAt: this.at + 1000, forIgnored: false })
  }

  check(): void {
    const { slots, attempts } = this.state
    const live = [...attempts.values()].filter(({ phase, tree }) => phase !== 'ended' && tree?.slot != null)
    const used = live.map(({ tree }) => tree!.slot)
    if (new Set(used).size !== used.length) throw new Error('T2: two live attempts in one tree')
    if (slots.size > SIZE) throw new Error('T6: more slots than the pool has')
    if (new Set([...slots.values()].map(({ index }) => index)).size !== slots.size)
      throw new Error('T6: two slots with one index')
    for (const slot of this.stands)
      if (!slots.has(slot)) throw new Error('T6: a tree stands and is in no journal')
    for (const slot of slots.values())
      if (slot.state === 'free' && (slot.holder !== null || slot.attempt !== null))
        throw new Error('free, and held')
  }

  step(): void {
    const { actions } = decide(this.state, (this.at += this.random.between(1, 5_000)))
    for (const action of actions) {
      // The daemon was killed here: nothing of the rest is done.
      if (this.random.chance(0.2)) return this.restart()
      if (this.random.chance(0.7)) this.perform(action)
      if (this.random.chance(0.1)) this.perform(action)
    }
  }

  restart(): void {
    const state = decodeState(encodeState(this.state), JOURNAL_FORMAT)
    if (typeof state === 'string') throw new Error(state)
    this.state = state
    this.event({ type: 'machine.changed', machine: 'here', state: 'online', reason: null } as never)
  }

  perform(action: Action): void {
    const { random } = this
    switch (action.type) {
      case 'record':
        return this.event(action.event)
      case 'tree.prepare': {
        const slot = this.state.slots.get(action.slot)
        if (slot === undefined) return
        this.stands.add(slot.id)
        const { id, attempt, branch, index } = slot
        if (random.chance(0.2))
          return this.event({
            type: 'tree.refused',
            slot: id,
            attempt,
            reason: 'x',
            conflicts: random.chance(0.5) ? ['f'] : [],
          } as never)
        return this.event({
          type: 'tree.ready', slot: id, attempt, created: true, path: `/t/${index}`, branch, base: { oid: 'b', fetchedAt: 0 },
          needs: [], setupKey: null, ports: {}, stale: null,
        } as never) // prettier-ignore
      }
      case 'tree.release': {
        const slot = this.state.slots.get(action.slot)
        // T2: nobody's tree is freed while the attempt lives.
        const attempt = slot?.attempt == null ? undefined : this.state.attempts.get(slot.attempt)
        expect(attempt === undefined || attempt.phase === 'ended', 'freed while in use').to.equal(true)
        if (random.chance(0.3)) return this.stuck(action.slot, 'busy')
        return this.event({
          type: 'tree.released',
          slot: action.slot,
          attempt: slot?.attempt ?? null,
          head: null,
          commits: 0,
          files: 0,
        } as never)
      }
      case 'tree.remove':
        expect(this.state.slots.get(action.slot)?.holder ?? null, 'removed while held').to.equal(null)
        if (random.chance(0.3)) return this.stuck(action.slot, 'ignored')
        this.stands.delete(action.slot)
        return this.event({ type: 'tree.removed', slot: action.slot } as never)
      case 'attempt.start': {
        const { attempt, task, machine, recorded } = action
        if (!recorded)
          return this.event({
            type: 'attempt.started',
            attempt,
            task,
            agent: null,
            generation: null,
            machine,
            nonce: 'aaaaaaaa',
            random: 0,
            headless: false,
          } as never)
        expect(this.state.attempts.get(attempt)?.tree?.path, 'started without its tree').to.be.a('string')
        const outcome = random.chance(0.7) ? 'done' : 'fail'
        return this.event({
          type: 'attempt.proved',
          attempt,
          proof: { kind: 'exit', outcome, text: null, exitCode: 0 },
        } as never)
      }
      case 'attempt.verify':
        return this.event({
          type: 'attempt.verified', attempt: action.attempt, ok: true, checks: [], missingOutputs: [], outputs: [],
          work: { head: 'h', commits: 1, files: 1 }, escapes: random.chance(0.1) ? ['left its branch'] : [],
        } as never) // prettier-ignore
      default:
    }
  }
}

describe('slots under random schedules', () => {
  it('keep one holder each, never more than the pool has, and end free or removed', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const world = new World(seed)
      for (let step = 0; step < 40; step += 1) world.step()
      // Nothing is cut off any more.
      for (let step = 0; step < 200; step += 1) {
        const { actions } = decide(world.state, (world.at += 100_000))
        if (actions.length === 0) break
        for (const action of actions) world.perform(action)
      }
      const left = [...world.state.slots.values()].filter(({ state }) => state !== 'free')
      expect(left, `seed ${seed}`).to.deep.equal([])
      const open = [...world.state.tasks.values()].filter(
        ({ status }) => status === 'READY' || status === 'IN_PROGRESS',
      )
      expect(
        open.map(({ spec, reason }) => [spec.id, reason]),
        `seed ${seed}`,
      ).to.deep.equal([])
    }
  })
})
