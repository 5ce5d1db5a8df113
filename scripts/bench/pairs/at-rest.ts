/**
 * Two sessions that run at the same time: what each daemon costs while nothing happens, and how long a marker of an agent on a
 * host takes to a client.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { EventRow } from '../../../lib/core/protocol/status.js'
import { bringUp, clientOf, clusterYaml, SESSION, spread } from '../support/cluster.js'
import { withGround, type Ground } from '../support/ground.js'
import { cpuMsOf, memoryOf } from '../support/process-cost.js'
import { eventually } from '../../../spec/support/eventually.js'
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
const LATE_MS = 20_000

export async function atRest([before, after]: Trees, options: PairsOptions): Promise<Figure[]> {
  return withGround(
    1,
    (first) => withGround(1, (second) => measure([first, second], options), { program: after.program }),
    { program: before.program },
  )
}

async function measure(grounds: readonly [Ground, Ground], options: PairsOptions): Promise<Figure[]> {
  const ears = [await Ear.open(grounds[0]), await Ear.open(grounds[1])] as const
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
  const markers = await inPairs({ ...options, rounds }, (side) => ears[side].marker())
  for (const ear of ears) await ear.close()
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

/** Hears the events of one session. */
class Ear {
  readonly #reporters: readonly Reporter[]
  readonly #heard: Map<string, (at: number) => void>
  readonly #stop: AbortController
  readonly #stream: Promise<unknown>
  #next = 0

  private constructor(
    reporters: readonly Reporter[],
    heard: Map<string, (at: number) => void>,
    stop: AbortController,
    stream: Promise<unknown>,
  ) {
    this.#reporters = reporters
    this.#heard = heard
    this.#stop = stop
    this.#stream = stream
  }

  static async open(ground: Ground): Promise<Ear> {
    const speakers = reporterAgents(ground, REPORTERS)
    const agents = [...spread(ground, QUIET_AGENTS), ...speakers]
    await bringUp(ground, clusterYaml(ground, agents, reporterTasks(speakers)))
    const reporters = await startReporters(ground, speakers)
    const heard = new Map<string, (at: number) => void>()
    const stop = new AbortController()
    const stream = clientOf(ground).stream(
      '/v1/stream?only=event',
      ({ data }) => {
        const { type, subject } = data as EventRow
        if (type === 'attempt.progressed' && subject !== null) heard.get(subject)?.(performance.now())
      },
      stop.signal,
    )
    for (const reporter of reporters) {
      let isHeard = false
      heard.set(reporter.task, () => (isHeard = true))
      await eventually(async () => {
        printMarker(reporter)
        await sleep(50)
        return isHeard
      }, LATE_MS)
    }
    return new Ear(reporters, heard, stop, stream)
  }

  /** @returns the median of some markers, each from its print to its event. */
  async marker(): Promise<number> {
    const samples: number[] = []
    for (let i = 0; i < MARKERS_A_ROUND; i++) {
      await sleep(10 + Math.random() * 20)
      const reporter = this.#reporters[this.#next++ % this.#reporters.length]
      if (reporter === undefined) throw new Error('no reporter')
      samples.push(await this.#answered(reporter))
    }
    return median(samples)
  }

  async #answered(reporter: Reporter): Promise<number> {
    const at = new Promise<number>((resolve) => this.#heard.set(reporter.task, resolve))
    const since = performance.now()
    printMarker(reporter)
    const ms = (await Promise.race([at, sleep(LATE_MS, Number.NaN)])) - since
    if (Number.isNaN(ms)) throw new Error(`${reporter.agent} was not heard`)
    return ms
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#stream
  }
}
