/** Jobs on one machine: windows of our launcher under a key, read by their records. See `../jobs.ts` for their life. */
import { readBelow } from '../../exec/read-below.js'
import { endStarts } from '../machines/end-starts.js'
import { closeWindowsOf } from '../machines/windows.js'
import type { PlacedJob } from '../machines/job-name.js'
import { dropSecrets, openWindow, placeStart } from '../machines/place-start.js'
import { textOf } from '../machines/record-text.js'
import { startLines, type Program } from '../machines/start-files.js'

const OUTPUT_BYTES = 256 * 1024

/** Once for each key: what runs, or ran, is found. */
export async function startJob(job: PlacedJob, program: Omit<Program, 'name'>): Promise<void> {
  const { host, name } = job
  const { session, paths } = host
  const dir = paths.job(name)
  const { exit } = await readJob(job)
  if (exit !== null) return
  const there = (await session.list()).some((p) => p.agent === name)
  if (there) return
  await placeStart(host, startLines(paths.root, { dir, start: paths.start(name) }, 1, { ...program, name }))
  const argv = ['sh', paths.launcher, dir, '1']
  await openWindow(host, job.start, { agent: name, generation: '1', argv })
}

export interface JobRecord {
  readonly exit: string | null
  /** The last bytes of it. */
  readonly output: Buffer
  /** All of it stands in `output`. */
  readonly isWhole: boolean
}

export async function readJob({ host, name }: PlacedJob): Promise<JobRecord> {
  const start = `${name}.start/gen.1`
  const names = ['exit.json', 'output', 'output.begin'].map((file) => `${start}/${file}`)
  // One that an earlier version of us started left its records in its own directory.
  const before = ['exit.json', 'output'].map((file) => `${name}.job/gen.1/${file}`)
  const [who, ...files] = await readBelow(
    host.shell,
    host.paths.root,
    [`${start}/who`, ...names, ...before],
    OUTPUT_BYTES,
  )
  const [exit, output, begin] = who?.kind === 'absent' ? files.slice(3) : files
  return {
    exit: textOf(exit),
    output: output?.kind === 'file' ? output.bytes : Buffer.alloc(0),
    isWhole: output?.kind === 'file' && begin?.kind !== 'file',
  }
}

export async function jobIsAlive({ host, name }: PlacedJob): Promise<boolean> {
  return (await host.session.list()).some((p) => p.agent === name && p.dead === null)
}

/** Its window and directory go once its result is in the journal; a failure here is no harm. */
export async function forgetJob(job: PlacedJob): Promise<void> {
  try {
    await killJob(job)
    await removeJob(job)
  } catch {
    // left for the next clean-up
  }
}

/** Of one that has ended: its files. */
export async function removeJob({ host, name }: PlacedJob): Promise<void> {
  const args = [host.paths.job(name), host.paths.start(name)]
  await host.shell.run('rm -rf -- "$1" "$2"', { args, lane: 'bulk' })
}

/** Its launcher writes the record as soon as nothing is left; on a machine that has too much to do that takes long. */
const SETTLE_MS = 2000
const END_MS = 20_000
const POLL_MS = 100
/** An end that was asked for while the program was only beginning is asked for again. */
const LOOKS = 6
const LOOK_MS = 300

/** Ends its processes, waits for the record, and forgets it. `keep`: what it printed. @returns the pids that live on. */
export async function endJob(job: PlacedJob, keep: () => Promise<void>): Promise<readonly number[]> {
  const { host, start } = job
  for (let look = 0; look < LOOKS; look += 1) {
    const left = await endStarts(host, [start])
    if (!(await jobIsAlive(job)) || (await recordComes(job, LOOK_MS))) {
      await keep()
      await forgetJob(job)
      return left
    }
  }
  // The launcher hangs: the watcher takes over.
  await killJob(job)
  const isRecorded = await recordComes(job, END_MS)
  const leftNow = await endStarts(host, [start])
  await keep()
  if (isRecorded || !(await jobIsAlive(job))) await forgetJob(job)
  return leftNow
}

async function recordComes(job: PlacedJob, withinMs: number): Promise<boolean> {
  for (const until = performance.now() + withinMs; performance.now() < until;) {
    if ((await readJob(job)).exit !== null) return true
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  return false
}

/** For one whose window is gone without a record: nothing of it works on, and the watcher may still write. */
export async function settleJob(job: PlacedJob): Promise<void> {
  const { host, start } = job
  await endStarts(host, [start])
  if (!(await recordComes(job, SETTLE_MS))) await dropSecrets(host, start)
}

async function killJob({ host, name }: PlacedJob): Promise<void> {
  await closeWindowsOf(host, name)
}
