/**
 * Random schedules over the real git steps of lib/git (killed-schedule.ts), each cut off by kill -9 before or after a git, mv, rm or cp
 * of its own, then run again. The points that chance has passed over are cut off one by one afterwards, each in a schedule that is
 * otherwise left alone.
 *
 *   npx tsx scripts/trees/kill-points.ts --seeds 200 [--from 1] [--jobs 4]
 *
 * Each job has a directory and a share of the seeds of its own. The git of the PATH is used: put another one in front of it.
 */
import { fork } from 'node:child_process'
import { CutSteps, pointName, pointOf } from './cut-steps.js'
import { runSchedule } from './killed-schedule.js'

/** How many schedules are searched for one in which a step calls enough programs to be cut off at a point. */
const LEARNED = 12

interface Found {
  readonly schedules: number
  readonly steps: number
  readonly kills: number
  readonly strangers: number
  readonly points: readonly string[]
  readonly all: readonly string[]
  readonly failures: readonly string[]
}

const option = (name: string, fallback: string) => {
  const at = process.argv.indexOf(`--${name}`)
  return at === -1 ? fallback : (process.argv[at + 1] ?? fallback)
}
const [from, seeds] = [Number(option('from', '1')), Number(option('seeds', '200'))]
const jobs = Math.max(1, Math.min(Number(option('jobs', '4')), seeds))
const only = option('points', '').split(',').filter(Boolean)

if (process.send !== undefined) {
  const found = only.length > 0 ? await cutEach(from, only) : await runSeeds(from, seeds)
  await new Promise((sent) => process.send!(found, sent))
  process.disconnect()
} else {
  const since = performance.now()
  const share = Math.ceil(seeds / jobs)
  const random = await Promise.all(
    Array.from({ length: jobs }, (_, at) =>
      inProcess(from + at * share, Math.min(share, seeds - at * share), []),
    ),
  )
  const missed = leftOf(random)
  const parts = Array.from({ length: jobs }, (_, at) => missed.filter((_point, i) => i % jobs === at))
  const each = await Promise.all(
    parts.filter((part) => part.length > 0).map((part) => inProcess(from, seeds, part)),
  )
  const found = [...random, ...each]
  const sum = (of: (one: Found) => number) => found.reduce((total, one) => total + of(one), 0)
  const failures = found.flatMap((one) => one.failures)
  for (const line of failures) console.log(line)
  const never = leftOf(found)
  const possible = new Set(found.flatMap((one) => one.all)).size
  console.log(
    `${sum((one) => one.schedules)} schedules, ${sum((one) => one.steps)} steps, ${sum((one) => one.kills)} of them cut off, at ${possible - never.length} of ${possible} points; ${sum((one) => one.strangers)} killed by others; ${failures.length} failed; ${Math.round((performance.now() - since) / 1000)} s`,
  )
  if (never.length > 0) console.log(`never: ${never.join(', ')}`)
  process.exitCode = failures.length > 0 ? 1 : 0
}

/** Points where a step could have been cut off, and was not. */
function leftOf(found: readonly Found[]): readonly string[] {
  const cut = new Set(found.flatMap((one) => one.points))
  return [...new Set(found.flatMap((one) => one.all))].filter((point) => !cut.has(point)).toSorted()
}

async function runSeeds(first: number, count: number): Promise<Found> {
  const steps = new CutSteps()
  const failures: string[] = []
  for (let seed = first; seed < first + count; seed += 1) {
    await runSchedule(seed, 'random', steps).catch((error: unknown) => failures.push(String(error)))
    if (seed % 10 === 0) progress(steps, failures)
  }
  return ended(steps, count, failures)
}

async function cutEach(first: number, points: readonly string[]): Promise<Found> {
  const steps = new CutSteps()
  const failures: string[] = []
  const note = (error: unknown) => void failures.push(String(error))
  const calls = new Map<number, ReadonlyMap<string, number>>()
  let schedules = 0
  for (let seed = first; seed < first + LEARNED; seed += 1) {
    const learned = await runSchedule(seed, 'never', steps).catch(note)
    if (learned !== undefined) calls.set(seed, learned)
    schedules += 1
  }
  for (const text of points) {
    const point = pointOf(text)
    for (const [seed, learned] of calls) {
      if (steps.points.has(pointName(point.step, point))) break
      if ((learned.get(point.step) ?? 0) < point.n) continue
      await runSchedule(seed, point, steps).catch(note)
      schedules += 1
    }
    progress(steps, failures)
  }
  return ended(steps, schedules, failures)
}

function progress({ kills, points, all }: CutSteps, failures: readonly string[]): void {
  process.stderr.write(
    `${kills} cut off, at ${points.size} of ${all.size} points, ${failures.length} failed\n`,
  )
}

function ended(steps: CutSteps, schedules: number, failures: readonly string[]): Found {
  steps.remove()
  const { kills, strangers } = steps
  return {
    schedules,
    steps: steps.steps,
    kills,
    strangers,
    points: [...steps.points],
    all: [...steps.all],
    failures,
  }
}

function inProcess(first: number, count: number, points: readonly string[]): Promise<Found> {
  const args = [
    '--from',
    String(first),
    '--seeds',
    String(count),
    '--jobs',
    '1',
    '--points',
    points.join(','),
  ]
  return new Promise((resolve, reject) => {
    const child = fork(process.argv[1]!, args)
    child.once('message', (found) => resolve(found as Found))
    child.once('exit', (code) => reject(new Error(`a job ended with ${code}`)))
  })
}
