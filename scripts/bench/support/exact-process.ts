/** A whole process with its exact CPU time: bash asks the kernel for it, in ms. Node cannot ask for that of a child. */
import { spawn } from 'node:child_process'
import type { ProcessOptions } from './timed-process.js'

export interface ExactProcess {
  readonly ms: number
  /** User and system time of the process and of the children that it waited for. */
  readonly cpuMs: number
}

const SCRIPT = 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null'

/** Rejects when the process does not end with 0. */
export async function exactProcess(argv: readonly string[], options: ProcessOptions): Promise<ExactProcess> {
  const child = spawn('bash', ['-c', SCRIPT, 'bash', ...argv], {
    env: { ...options.env },
    cwd: options.cwd ?? '/',
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 60_000)
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  clearTimeout(timer)
  const [wall, user, system] = (stderr.trimEnd().split('\n').at(-1) ?? '').split(' ').map(Number)
  if (code !== 0 || wall === undefined || user === undefined || system === undefined)
    throw new Error(`${argv.slice(0, 6).join(' ')}: exit ${String(code)}\n${stderr}`)
  return { ms: wall * 1000, cpuMs: (user + system) * 1000 }
}
