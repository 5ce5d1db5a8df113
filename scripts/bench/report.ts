/** From an agent's word on a remote host to the event at a client, beside scripts that poll: `npx tsx scripts/bench/report.ts`. */
import { setTimeout as sleep } from 'node:timers/promises'
import { answered, EventEar } from './event-ear.js'
import { bringUp, clusterYaml, spread } from './support/cluster.js'
import { withGround, type Ground } from './support/ground.js'
import { startPoller, type Poller } from './support/poller.js'
import { askWhenMain, type Answer, type BenchOptions, type Cell, type Question } from './support/question.js'
import {
  printMarker,
  reporterAgents,
  reporterTasks,
  startReporters,
  writeReport,
  type Reporter,
} from './support/reporters.js'
import { percentile, rounded } from './support/statistics.js'

/** Says something 20 times a second, in one process. */
const NOISY =
  'type: command, command: [perl, -e, "$|=1; while (1) { print qq(compiling module $_ of the project, all is well so far\\\\n) for 1..5; select undef, undef, undef, 0.05 }"]'

type Way = 'marker' | 'report' | 'poll500' | 'poll2000'
const LABEL: Readonly<Record<Way, string>> = {
  marker: 'orchestra: marker on the screen → event',
  report: "orchestra: report's files and ring → event",
  poll500: 'script: capture-pane of every pane, each 500 ms',
  poll2000: 'script: capture-pane of every pane, each 2 s',
}

export const report: Question = {
  name: 'report',
  title: 'Report or marker on a remote host → event at a subscribed client',
  measure: (options) => withGround(4, (ground) => measure(ground, options)),
}

async function measure(ground: Ground, { rounds, quick, say }: BenchOptions): Promise<Answer> {
  const [count, noisy] = quick ? [40, 4] : [200, 20]
  const speakers = reporterAgents(ground, quick ? 8 : 12)
  const agents = spread(ground, count - speakers.length, (i) => (i < noisy ? NOISY : undefined))
  say(`${count} agents on ${ground.hosts.length} hosts, ${noisy} of them noisy`)
  await bringUp(ground, clusterYaml(ground, [...agents, ...speakers], reporterTasks(speakers)))
  const reporters = await startReporters(ground, speakers)

  const ear = await EventEar.open(ground, reporters)
  const samples: Record<Way, number[]> = { marker: [], report: [], poll500: [], poll2000: [] }
  const turns = rounds ?? (quick ? 1 : 4)
  for (let turn = 0; turn < turns; turn++) {
    for (const [way, speak] of [
      ['marker', printMarker],
      ['report', writeReport],
    ] as const) {
      say(`round ${turn + 1} of ${turns}: ${way}`)
      for (let i = 0; i < (quick ? 60 : 100); i++) {
        await sleep(10 + Math.random() * 40)
        samples[way].push(await ear.answered(next(reporters, i), speak))
      }
    }
    for (const [way, everyMs, times] of [
      ['poll500', 500, quick ? 6 : 10],
      ['poll2000', 2000, quick ? 3 : 6],
    ] as const) {
      say(`round ${turn + 1} of ${turns}: ${way}`)
      const poller = await startPoller(ground, everyMs)
      try {
        for (let i = 0; i < times; i++) {
          await sleep(Math.random() * everyMs)
          samples[way].push(await seenByPoller(next(reporters, i), poller))
        }
      } finally {
        await poller.stop()
      }
    }
  }
  await ear.close()
  return answerOf(samples)
}

function next(reporters: readonly Reporter[], i: number): Reporter {
  // A marker only counts when it says more than the last one.
  const left = reporters.filter(({ progress }) => progress < 99)
  const reporter = left[i % left.length]
  if (reporter === undefined) throw new Error('every reporter has said all: use fewer rounds')
  return reporter
}

function seenByPoller(reporter: Reporter, poller: Poller): Promise<number> {
  return answered(reporter, printMarker, (done) =>
    poller.onSeen(reporter.host.name, reporter.pane, `${reporter.progress + 1}%`, done),
  )
}

function answerOf(samples: Readonly<Record<Way, number[]>>): Answer {
  const at = (way: Way, share: number) => rounded(percentile(samples[way], share))
  const rows = (Object.keys(LABEL) as Way[]).map((way): Cell[] => [
    LABEL[way],
    samples[way].length,
    at(way, 0.5),
    at(way, 0.99),
    rounded((at('poll500', 0.5) ?? Number.NaN) / (at(way, 0.5) ?? Number.NaN), 1),
  ])
  const targets = (['marker', 'report'] as const).flatMap((way) => [
    { text: `${way}, p50`, value: at(way, 0.5), limit: 25, unit: ' ms', kind: 'most' as const },
    { text: `${way}, p99`, value: at(way, 0.99), limit: 100, unit: ' ms', kind: 'most' as const },
  ])
  return {
    columns: ['way', 'samples', 'p50 ms', 'p99 ms', 'times faster than 500 ms'],
    rows,
    targets,
    notes: [
      'The scripts run on the hosts, over one open ssh connection each: the best that such a script can do.',
    ],
  }
}

await askWhenMain(report, import.meta.url)
