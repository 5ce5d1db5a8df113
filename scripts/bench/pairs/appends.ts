/** Events a second that each build's own store takes, by its own sources: one a commit, and a hundred a commit. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { figure, inPairs, type Figure, type PairsOptions, type Trees } from './figure.js'

const WORKER = fileURLToPath(new URL('append-worker.ts', import.meta.url))
const run = promisify(execFile)

export interface Appended {
  readonly perSecond: number
  readonly cpuMs: number
}

export async function appends(trees: Trees, options: PairsOptions): Promise<Figure[]> {
  const found: Figure[] = []
  for (const [batch, commits] of [
    [1, 400],
    [100, 60],
  ] as const) {
    const samples = await inPairs(options, async (side) => {
      const dir = mkdtempSync(`${tmpdir()}/orc-append-`)
      try {
        const args = ['--import', 'tsx', WORKER, trees[side].dir, dir, String(batch), String(commits)]
        const { stdout } = await run(process.execPath, args)
        return JSON.parse(stdout) as Appended
      } finally {
        rmSync(dir, { recursive: true, force: true })
      }
    })
    found.push(
      figure(`appends, ${batch} a commit`, 'events/s', samples, (one) => one.perSecond, 'more'),
      figure(`${commits} appends of ${batch}: CPU`, 'ms', samples, (one) => one.cpuMs),
    )
  }
  return found
}
