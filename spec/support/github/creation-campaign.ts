/** Creations under faults and kill -9: for each task one issue, none doubled, none missing. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { seeded } from './fake-faults.js'
import type { OutboxPlace } from './outbox-rig.js'
import type { WorkerOrder } from './outbox-worker.js'

export interface CampaignOptions {
  readonly place: OutboxPlace
  readonly tasks: number
  readonly kills: number
  readonly seed: number
  /** How many issues stand there now: a kill comes while they grow. */
  readonly made: () => number
}

const WORKER = new URL('./outbox-worker.ts', import.meta.url)

/** Kills the worker at moments that are spread over its work, and starts it again, until it is done. @returns how many kills met work. */
export async function runCampaign({ place, tasks, kills, seed, made }: CampaignOptions): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), 'orc-outbox-'))
  const random = seeded(seed)
  let killed = 0
  try {
    for (;;) {
      const order: WorkerOrder = { ...place, dir, tasks }
      const worker = fork(WORKER, [JSON.stringify(order)], {
        execArgv: ['--import=tsx'],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      })
      let isDone = false
      worker.on('message', (message) => (isDone ||= message === 'done'))
      const exit = once(worker, 'exit')
      const isLast = killed >= kills
      if (!isLast) {
        // Somewhere in what is left, and two creations before the end for each kill that is left: all find work.
        const left = kills - killed
        const share = made() + Math.max(1, Math.floor(((tasks - made()) / left) * (0.3 + random())))
        const target = Math.min(share, tasks - 2 * left)
        while (!isDone && worker.exitCode === null && made() < target) await sleep(1)
        await sleep(random() * 15)
        if (worker.exitCode === null && !isDone) {
          worker.kill('SIGKILL')
          killed += 1
        }
      }
      await exit
      if (isDone) return killed
      if (isLast && worker.exitCode !== 0) throw new Error(`the worker ended with ${worker.exitCode}`)
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

export interface Tally {
  readonly issues: number
  readonly doubled: number
  readonly missing: number
}

export function tallyOf(titles: readonly string[], tasks: number): Tally {
  const wanted = Array.from({ length: tasks }, (_, i) => `Task T-${i + 1}`)
  return {
    issues: titles.length,
    doubled: titles.length - new Set(titles).size,
    missing: wanted.filter((title) => !titles.includes(title)).length,
  }
}
