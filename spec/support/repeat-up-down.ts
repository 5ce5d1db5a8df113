/** Several sessions of several ORCHESTRA_HOMEs on one tmux server, taken up and down in a shuffled order, also at once. */
import { expect } from 'chai'
import { eventually } from './eventually.js'
import { Orchestra, type Finished } from './orchestra.js'

const LAYOUT = (session: string) => `version: 1
session: ${session}
layers: { L1: HERE }
machines: { here: { layer: L1, code: ME, kind: local } }
agents:
  A-1: { type: demo, role: work }
  A-2: { type: command, command: [cat], role: work }
windows:
  - { name: One, agent: A-1 }
  - { name: Two, panes: [ { agent: A-2 }, { command: [cat] } ] }
  - { name: Three, view: queue }
`

/** @param seed of the shuffle, printed when it fails. */
export async function repeatUpDown(times: number, seed: number): Promise<void> {
  const first = new Orchestra()
  const second = new Orchestra({ beside: first })
  const homes = [first, second]
  try {
    const actors = homes.flatMap((home) =>
      ['alpha', 'beta'].map((session) => ({
        home,
        session,
        layout: home.write(`${session}.yaml`, LAYOUT(session)),
      })),
    )
    const random = mulberry(seed)
    await Promise.all(
      actors.map(async (actor) => {
        for (let round = 0; round < times; round++) await oneRound(actor, Math.floor(random() * 4))
      }),
    )
    for (const { home, session } of actors) await down(home, session)
    for (const home of homes) await eventually(() => expect(home.leftovers().join('\n')).to.equal(''))
  } catch (error) {
    throw new Error(`with seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  } finally {
    await second.close()
    await first.close()
  }
}

interface Actor {
  readonly home: Orchestra
  readonly session: string
  readonly layout: string
}

async function oneRound({ home, session, layout }: Actor, kind: number): Promise<void> {
  const up = () => home.run(['up', layout, '-d'], { timeoutMs: 60_000 })
  switch (kind) {
    case 0:
      expectCode(await up(), [0])
      await down(home, session)
      break
    case 1: {
      // Two at once: one starts the daemon, the other finds it.
      for (const done of await Promise.all([up(), up()])) expectCode(done, [0])
      await down(home, session)
      break
    }
    case 2: {
      expectCode(await up(), [0])
      // Whoever comes too late finds no daemon, or one that goes.
      for (const done of await Promise.all([down(home, session), up(), down(home, session)]))
        expectCode(done, [0, 1, 3])
      break
    }
    default:
      expectCode(await up(), [0, 1, 3])
      expectCode(
        await home.run(['down', '--session', session, '--keep-agents'], { timeoutMs: 60_000 }),
        [0, 3],
      )
      expectCode(await up(), [0])
  }
}

async function down(home: Orchestra, session: string): Promise<Finished> {
  const done = await home.run(['down', '--session', session], { timeoutMs: 60_000 })
  expectCode(done, [0, 1, 3])
  return done
}

function expectCode(done: Finished, allowed: readonly number[]): void {
  if (!allowed.includes(done.code ?? -1)) throw new Error(`exit ${done.code}: ${done.stdout}${done.stderr}`)
}

/** A small generator of numbers from 0 to 1 that a seed repeats. */
function mulberry(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
