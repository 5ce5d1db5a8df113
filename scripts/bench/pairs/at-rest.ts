/**
 * Two sessions that run at the same time: what each daemon costs while nothing happens, and how long a marker of an agent on a
 * host takes to a client.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { EventEar } from '../event-ear.js'
import { bringUp, clusterYaml, SESSION, spread } from '../support/cluster.js'
import { withGround, type Ground } from '../support/ground.js'
import { cpuMsOf, memoryOf } from '../support/process-cost.js'
import {
  printMarker,
  reporterAgents,
  reporterTasks,
  startReporters,
  type Reporter,
} from '../support/reporters.js'
import { median } from '../support/statistics.js'
import { figure, inPairs, type Figure, type PairsOptions, type Trees } from './figure.js'

const QUIET_AGENTS = 30
const REPORTERS = 24
const SETTLE_MS = 20_000
const IDLE_MS = 8000
const MARKERS_A_ROUND = 20
/** A marker counts only when it says more than the last one of its task. */
const MARKERS_A_REPORTER = 95

export async function atRest([before, after]: Trees, options: PairsOptions): Promise<Figure[]> {
  return withGround(
    1,
    (first) => withGround(1, (second) => measure([first, second], options), { program: after.program }),
    { program: before.program },
  )
}

async function measure(grounds: readonly [Ground, Ground], options: PairsOptions): Promise<Figure[]> {
  const sessions = [await Speakers.open(grounds[0]), await Speakers.open(grounds[1])] as const
  options.say('both sessions are there; now quiet')
  // Agents that print nothing are idle after 5 s; what looks at new agents comes to an end.
  await sleep(SETTLE_MS)
  const daemons = grounds.map(({ orchestra }) => orchestra.daemonPid(SESSION) ?? 0)
  const rest: [Rest, Rest][] = []
  for (let round = 1; round <= options.rounds; round++) {
    const since = daemons.map(cpuMsOf)
    await sleep(IDLE_MS)
    const [one, other] = daemons.map((pid, i): Rest => {
      const share = ((cpuMsOf(pid) - (since[i] ?? 0)) / IDLE_MS) * 100
      return { share, ...memoryOf(pid) }
    })
    if (one !== undefined && other !== undefined) rest.push([one, other])
    options.say(`at rest, round ${round} of ${options.rounds}`)
  }
  const rounds = Math.min(options.rounds, Math.floor((REPORTERS * MARKERS_A_REPORTER) / MARKERS_A_ROUND) - 2)
  const markers = await inPairs({ ...options, rounds }, (side) => sessions[side].marker())
  for (const session of sessions) await session.close()
  return [
    figure('at rest, 54 agents: CPU of the daemon', '% of a core', rest, (one) => one.share),
    figure('at rest, 54 agents: RSS of the daemon', 'MB', rest, (one) => one.rssMb),
    figure('at rest, 54 agents: private memory of the daemon', 'MB', rest, (one) => one.privateMb),
    figure(`marker on a host → event at a client, median of ${MARKERS_A_ROUND}`, 'ms', markers, (ms) => ms),
  ]
}

interface Rest {
  readonly share: number
  readonly rssMb: number
  readonly privateMb: number
}

/** The reporters of one session, in turns. */
class Speakers {
  readonly #reporters: readonly Reporter[]
  readonly #ear: EventEar
  #next = 0

  private constructor(reporters: readonly Reporter[], ear: EventEar) {
    this.#reporters = reporters
    this.#ear = ear
  }

  static async open(ground: Ground): Promise<Speakers> {
    const speakers = reporterAgents(ground, REPORTERS)
    const agents = [...spread(ground, QUIET_AGENTS), ...speakers]
    await bringUp(ground, clusterYaml(ground, agents, reporterTasks(speakers)))
    const reporters = await startReporters(ground, speakers)
    return new Speakers(reporters, await EventEar.open(ground, reporters))
  }

  /** @returns the median of some markers, each from its print to its event. */
  async marker(): Promise<number> {
    const samples: number[] = []
    for (let i = 0; i < MARKERS_A_ROUND; i++) {
      await sleep(10 + Math.random() * 20)
      const reporter = this.#reporters[this.#next++ % this.#reporters.length]
      if (reporter === undefined) throw new Error('no reporter')
      samples.push(await this.#ear.answered(reporter, printMarker))
    }
    return median(samples)
  }

  close(): Promise<void> {
    return this.#ear.close()
  }
}
