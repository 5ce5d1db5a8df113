/** What a long journal costs a start, with a snapshot and without: `npx tsx scripts/bench/start.ts`. */
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { JOURNAL_FORMAT } from '../../lib/core/run/journal/format.js'
import { type SqliteDriver } from '../../lib/store/driver.js'
import { loadDriver } from '../../lib/store/load-driver.js'
import { withOrchestra, type Orchestra } from '../../spec/support/orchestra.js'
import { inTurn, type Candidate } from './support/in-turn.js'
import { memoryOf } from './support/process-cost.js'
import { askWhenMain, type Answer, type BenchOptions, type Question } from './support/question.js'
import { median, rounded } from './support/statistics.js'
import { timedProcess } from './support/timed-process.js'

const SESSION = 'start'
const LAYOUT = `version: 1
session: ${SESSION}
agents: { A-1: { type: demo } }
`

type Store = 'short' | 'long' | 'unaided'
interface Sample {
  readonly ms: number
  readonly rssMb: number
}

export const start: Question = { name: 'start', title: 'Start over a long journal', measure }

function measure({ rounds, quick, say }: BenchOptions): Promise<Answer> {
  const events = quick ? 100_000 : 1_000_000
  return new Promise((resolve, reject) => {
    withOrchestra(async (o) => {
      const layout = o.write('orchestra.yaml', LAYOUT)
      const stores = await makeStores(o, layout, events, say)
      const candidate = (store: Store): Candidate<Sample> => ({
        before: () => {
          rmSync(`${storeOf(o)}-wal`, { force: true })
          copyFileSync(stores[store], storeOf(o))
        },
        measure: async () => {
          const argv = [process.execPath, o.program, 'up', layout, '-d']
          const { ms } = await timedProcess(argv, { env: o.env, cwd: o.work })
          return { ms, rssMb: memoryOf(o.daemonPid(SESSION) ?? 0).rssMb }
        },
        after: async () => void (await o.ok('down', '--keep-agents')),
      })
      const samples = await inTurn(
        rounds ?? (quick ? 3 : 5),
        { short: candidate('short'), long: candidate('long'), unaided: candidate('unaided') },
        say,
      )
      await o.ok('up', layout, '-d')
      await o.ok('down')
      resolve(answerOf(samples, events))
    }).catch(reject)
  })
}

function answerOf(samples: Record<Store, Sample[]>, events: number): Answer {
  const ms = (store: Store) => median(samples[store].map((sample) => sample.ms))
  const rss = (store: Store) => median(samples[store].map((sample) => sample.rssMb))
  const row = (label: string, store: Store) => [
    label,
    rounded(ms(store), 0),
    rounded(ms(store) / ms('short'), 2),
    rounded(rss(store), 0),
  ]
  return {
    columns: ['journal', 'up ms', 'times the short one', 'daemon RSS MB'],
    rows: [
      row('of a session that has just begun', 'short'),
      row(`${events} events, a snapshot at their end`, 'long'),
      row(`${events} events, no snapshot`, 'unaided'),
    ],
    targets: [
      { text: 'up, with a snapshot', value: rounded(ms('long'), 0), limit: 1000, unit: ' ms', kind: 'most' },
      {
        text: 'memory, with a snapshot',
        value: rounded(rss('long'), 0),
        limit: 200,
        unit: ' MB',
        kind: 'most',
      },
      {
        text: 'up, with a snapshot over a short journal',
        value: rounded(ms('long') / ms('short'), 2),
        limit: 1.5,
        unit: ' x',
        kind: 'most',
      },
    ],
    notes: ['`up` of a session whose agent is alive, after `down --keep-agents`.'],
  }
}

const storeOf = (o: Orchestra) => join(o.state, 'sessions', SESSION, 'store.db')

async function makeStores(
  o: Orchestra,
  layout: string,
  events: number,
  say: BenchOptions['say'],
): Promise<Record<Store, string>> {
  const stores = {
    short: join(o.dir, 'short.db'),
    long: join(o.dir, 'long.db'),
    unaided: join(o.dir, 'unaided.db'),
  }
  await o.ok('up', layout, '-d', '--wait')
  await o.untilStatus((status) => status.agents.every(({ state }) => state === 'idle'))
  await o.ok('down', '--keep-agents')
  copyFileSync(storeOf(o), stores.short)
  say(`${events} events are written`)
  await changeStore(storeOf(o), (db) => grow(db, events))
  copyFileSync(storeOf(o), stores.unaided)
  await changeStore(stores.unaided, (db) => db.exec('DELETE FROM snapshots'))
  // One start and one stop in order: it leaves a snapshot.
  await o.ok('up', layout, '-d')
  await o.ok('down', '--keep-agents')
  copyFileSync(storeOf(o), stores.long)
  return stores
}

async function changeStore(path: string, change: (db: SqliteDriver) => void): Promise<void> {
  const db = (await loadDriver())(path)
  db.exec('PRAGMA busy_timeout = 10000')
  change(db)
  db.exec('PRAGMA journal_mode = DELETE')
  db.close()
}

/** The journal's own observations, again and again. */
function grow(db: SqliteDriver, events: number): void {
  const [last] = db.all('SELECT max(seq) AS seq, max(at) AS at FROM events')
  const seen = db.all("SELECT body FROM events WHERE type = 'agent.observed' ORDER BY seq DESC LIMIT 20")
  const bodies = seen.map((row) => JSON.parse(String(row['body'])) as { at: number })
  let at = Number(last?.['at'])
  db.exec('BEGIN')
  for (let seq = Number(last?.['seq']) + 1; seq <= events; seq += 1) {
    at += 1000
    const body = JSON.stringify({ ...bodies[seq % bodies.length], at })
    db.run(
      'INSERT INTO events (seq, at, type, body, v) VALUES (?, ?, ?, ?, ?)',
      seq,
      at,
      'agent.observed',
      body,
      JOURNAL_FORMAT,
    )
  }
  db.exec('COMMIT')
}

await askWhenMain(start, import.meta.url)
