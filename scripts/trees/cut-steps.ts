/** Steps of lib/git that are cut off by kill -9 before or after the N-th git, mv, rm or cp of their own. */
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Random } from '../../lib/simulate/random.js'

const MANY = 100_000
const MOST = 60
const WHENS = ['before', 'after'] as const

export interface Cut {
  readonly n: number
  readonly when: (typeof WHENS)[number]
}

export const pointName = (step: string, { n, when }: Cut) => `${step} ${when} ${n}`

export function pointOf(text: string): { readonly step: string } & Cut {
  const [step = '', when = '', n = ''] = text.split(' ')
  return { step, n: Number(n), when: when === 'after' ? 'after' : 'before' }
}

export class CutSteps {
  readonly ground = mkdtempSync(join(tmpdir(), 'orc-kill-'))
  steps = 0
  kills = 0
  /** Steps that somebody else ended with -9, as process ids are used again soon. Such a step is run again, as after a cut of ours. */
  strangers = 0
  /** Where steps were cut off, and where they could have been. */
  readonly points = new Set<string>()
  readonly all = new Set<string>()
  readonly #wrap = join(this.ground, 'wrap')
  /** Calls of the longest run of each step. */
  readonly #most = new Map<string, number>()

  constructor() {
    mkdirSync(this.#wrap)
    for (const program of ['git', 'mv', 'rm', 'cp']) this.#wrapped(program)
  }

  /** Prefers a point where the step was never cut off. */
  choose(name: string, random: Random): Cut {
    const open = [...this.all].filter((point) => point.startsWith(`${name} `) && !this.points.has(point))
    const chosen = random.chance(0.7) ? random.pick(open) : undefined
    if (chosen !== undefined) return pointOf(chosen)
    return { n: random.between(1, this.#most.get(name) ?? 8), when: random.chance(0.5) ? 'before' : 'after' }
  }

  /** @returns what it printed; null when it was cut off */
  async cutOff(name: string, script: string, args: readonly string[], cut: Cut): Promise<Buffer | null> {
    const { out } = await this.#run(name, script, args, cut)
    if (out === null) {
      this.kills += 1
      this.points.add(pointName(name, cut))
    }
    return out
  }

  /** Runs a step to its end. @returns what it printed, and how many programs it called */
  async whole(
    name: string,
    script: string,
    args: readonly string[],
  ): Promise<{ out: Buffer; calls: number }> {
    for (let tries = 0; tries < 10; tries += 1) {
      const { out, calls } = await this.#run(name, script, args, null)
      if (out === null) {
        this.strangers += 1
        continue
      }
      this.#learn(name, calls)
      return { out, calls }
    }
    throw new Error(`${name} was killed ten times by somebody else`)
  }

  remove(): void {
    rmSync(this.ground, { recursive: true, force: true })
  }

  /** Counts only what the script itself calls: children of git call git by the path that it was started with. */
  #wrapped(program: string): void {
    const real = execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim()
    const file = join(this.#wrap, program)
    writeFileSync(
      file,
      `#!/bin/sh
if [ -n "$KILL_FILE" ] && [ -f "$KILL_FILE" ]; then
  read -r n <"$KILL_FILE"; n=$((n - 1)); echo "$n" >"$KILL_FILE"
  if [ "$n" -eq 0 ] && [ -n "$KILL_WHEN" ]; then
    if [ "$KILL_WHEN" = after ]; then (unset KILL_FILE; ${real} "$@"); fi
    kill -9 "-$(ps -o pgid= -p $$ | tr -d ' ')"; exit 137
  fi
fi
KILL_FILE= exec ${real} "$@"
`,
    )
    chmodSync(file, 0o755)
  }

  /** Programs of one pipe begin at the same time and may spoil the count, so a run with too many calls is ignored. */
  #learn(name: string, calls: number): void {
    if (calls > MOST || name === 'list') return
    this.#most.set(name, Math.max(this.#most.get(name) ?? 0, calls))
    for (let n = calls; n > 0; n -= 1) for (const when of WHENS) this.all.add(pointName(name, { n, when }))
  }

  #run(
    name: string,
    script: string,
    args: readonly string[],
    cut: Cut | null,
  ): Promise<{ out: Buffer | null; calls: number }> {
    this.steps += 1
    const file = join(this.ground, 'kill')
    writeFileSync(file, `${cut?.n ?? MANY}\n`)
    const env = {
      PATH: `${this.#wrap}:${process.env['PATH']}`,
      HOME: this.ground,
      KILL_FILE: file,
      KILL_WHEN: cut?.when ?? '',
    }
    return new Promise((resolve, reject) => {
      const child = spawn('sh', ['-c', script, 'sh', ...args], {
        env,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const out: Buffer[] = []
      let err = ''
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
      child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
      child.once('error', reject)
      child.once('close', (code, signal) => {
        const calls = (cut?.n ?? MANY) - Number(readFileSync(file, 'utf8'))
        if (signal === 'SIGKILL') return resolve({ out: null, calls })
        if (code !== 0) return reject(new Error(`${name}: ${err.trim()}`))
        resolve({ out: Buffer.concat(out), calls })
      })
    })
  }
}
