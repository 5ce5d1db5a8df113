import { expect } from 'chai'
import fc from 'fast-check'
import type { TaskId } from '../../../../lib/core/ids.js'
import { nextCheck, type BatchStep } from '../../../../lib/core/merges/next-check.js'
import type { MergeBatch } from '../../../../lib/core/merges/records.js'

const batchOf = (tasks: readonly string[]): MergeBatch => ({
  number: 1,
  base: 'base',
  links: tasks.map((task) => ({ task: task as TaskId, oid: task, commit: `c-${task}` })),
  runs: [],
  probes: [],
  probe: null,
  failed: null,
  landing: null,
  landed: 0,
})

interface World {
  /** Whether exactly these, on top of the target, are green. `null`: the target alone. */
  readonly green: (tasks: readonly string[]) => boolean
  /** How often the first run of each set is red although it is green. */
  readonly flaky?: (run: number) => boolean
}

interface Outcome {
  readonly landed: readonly string[]
  readonly rejected: readonly { readonly task: string; readonly partner: string | null }[]
  readonly held: boolean
  readonly runs: number
  readonly probes: number
}

/** The queue as the daemon drives it: batches until nothing is left. */
function play(queue: readonly string[], size: number, world: World): Outcome {
  let left = [...queue]
  const landed: string[] = []
  const rejected: { task: string; partner: string | null }[] = []
  let runs = 0
  let probes = 0
  while (left.length > 0) {
    const members = left.slice(0, size)
    const before = [...landed]
    const verified = new Set<string>()
    let batch = batchOf(members)
    for (let open = true; open;) {
      const step: BatchStep = nextCheck(batch, true)
      switch (step.type) {
        case 'verify': {
          const set = members.slice(0, step.links)
          const ok = world.green([...before, ...set]) && world.flaky?.(runs) !== true
          runs += 1
          if (ok) verified.add(set.join())
          batch = { ...batch, runs: [...batch.runs, { links: step.links, ok }] }
          break
        }
        case 'land': {
          const set = members.slice(0, step.links)
          expect(verified.has(set.join()), 'nothing lands that was not verified as it lands').to.equal(true)
          expect(landed).to.deep.equal([...before, ...members.slice(0, batch.landed)])
          landed.push(...set.slice(batch.landed))
          left = left.filter((task) => !set.includes(task))
          open = step.links < members.length
          batch = { ...batch, landed: step.links }
          break
        }
        case 'probe': {
          const breaker = members[step.breaker - 1]!
          const ok = world.green([...before, ...members.slice(0, step.links), breaker])
          probes += 1
          batch = { ...batch, probes: [...batch.probes, { links: step.links, ok }] }
          break
        }
        case 'reject': {
          const task = members[step.breaker - 1]!
          rejected.push({ task, partner: step.partner === 0 ? null : members[step.partner - 1]! })
          left = left.filter((one) => one !== task)
          open = false
          break
        }
        case 'hold':
          return { landed, rejected, held: true, runs, probes }
      }
    }
  }
  return { landed, rejected, held: false, runs, probes }
}

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const has = (tasks: readonly string[], ...all: string[]) => all.every((task) => tasks.includes(task))

describe('a batch', () => {
  it('lands as a whole after one run when it is green', () => {
    expect(play(NAMES, 8, { green: () => true })).to.deep.include({ landed: NAMES, runs: 1, probes: 0 })
  })

  it('lands what is flaky: red is asked for twice', () => {
    const { landed, runs } = play(NAMES, 8, { green: () => true, flaky: (run) => run === 0 })
    expect(landed).to.deep.equal(NAMES)
    expect(runs).to.equal(2)
  })

  it('finds the two that are green each and red together, names both, and lands the rest', () => {
    const found = play(NAMES.slice(0, 7), 8, { green: (tasks) => !has(tasks, 'b', 'f') })
    expect(found.landed).to.deep.equal(['a', 'b', 'c', 'd', 'e', 'g'])
    expect(found.rejected).to.deep.equal([{ task: 'f', partner: 'b' }])
    // Those that find the breaker, and one for the rest.
    expect(found.runs).to.be.at.most(1 + 1 + 2 * Math.log2(7) + 1)
  })

  it('says of one that is red by itself that it is', () => {
    const { landed, rejected } = play(NAMES, 8, { green: (tasks) => !has(tasks, 'e') })
    expect(landed).to.deep.equal(NAMES.filter((name) => name !== 'e'))
    expect(rejected).to.deep.equal([{ task: 'e', partner: null }])
  })

  it('lands nothing, and rejects nobody, while the target itself is red', () => {
    const { landed, rejected, held } = play(NAMES, 8, { green: () => false })
    expect([landed, rejected, held]).to.deep.equal([[], [], true])
  })

  it('is through without a run where there is nothing to verify', () => {
    expect(nextCheck(batchOf(['a', 'b']), false)).to.deep.equal({ type: 'land', links: 2 })
  })

  it('goes on with what it was landing after a crash', () => {
    expect(nextCheck({ ...batchOf(['a', 'b']), landing: 1 }, true)).to.deep.equal({ type: 'land', links: 1 })
  })

  it('lands each branch once or rejects it, whatever breaks with whatever, in any batches', () => {
    const pairs = fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 4 })
    const names = Array.from({ length: 12 }, (_, at) => `t${at}`)
    fc.assert(
      fc.property(
        pairs,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 8 }),
        (broken, many, size) => {
          const queue = names.slice(0, many)
          const green = (tasks: readonly string[]) => !broken.some(([a, b]) => has(tasks, `t${a}`, `t${b}`))
          const { landed, rejected, held } = play(queue, size, { green })
          expect(held).to.equal(false)
          expect([...landed, ...rejected.map(({ task }) => task)].toSorted()).to.deep.equal(queue.toSorted())
          expect(new Set(landed).size).to.equal(landed.length)
          expect(green(landed), 'the target stays green').to.equal(true)
          for (const { task, partner } of rejected) {
            // It broke what had landed by then; whoever is named is one of them, or a cause of it.
            expect(green([...landed, task]), `${task} was refused although it goes with all`).to.equal(false)
            if (partner !== null) expect(landed).to.include(partner)
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})
