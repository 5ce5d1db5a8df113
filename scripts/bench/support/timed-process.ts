/** A whole process, from the fork to its exit: what a person waits who types the command. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface Timed {
  readonly ms: number
  /** User and system time of it and of what it waited for; to 10 ms, right in the mean. */
  readonly cpuMs: number
  readonly stdout: string
}

export interface ProcessOptions {
  readonly env: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly timeoutMs?: number
}

/** Rejects when it does not end with 0. */
export async function timedProcess(argv: readonly string[], options: ProcessOptions): Promise<Timed> {
  const [program = '', ...args] = argv
  const cpuBefore = cpuOfChildren()
  const since = performance.now()
  const child = spawn(program, args, {
    env: { ...options.env },
    cwd: options.cwd ?? '/',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 60_000)
  try {
    const [ms, code] = await new Promise<[number, number | null]>((done, reject) => {
      child.once('error', reject)
      let ended = Number.NaN
      child.once('exit', () => (ended = performance.now()))
      child.once('close', (status) => done([ended - since, status]))
    })
    if (code !== 0) throw new Error(`${argv.slice(0, 6).join(' ')}: exit ${code}\n${stdout}${stderr}`)
    return { ms, cpuMs: cpuOfChildren() - cpuBefore, stdout }
  } finally {
    clearTimeout(timer)
  }
}

const TICK_MS = 10

function cpuOfChildren(): number {
  const stat = readFileSync('/proc/self/stat', 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[13]) + Number(fields[14])) * TICK_MS
}
