import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { tailOf } from './tail-of.js'
import type { HeldProcess } from './transport.js'

const TERM_AFTER_MS = 1000
const KILL_AFTER_MS = 2000
/** A grandchild may keep the pipes open long after the process itself ended. */
const PIPES_AFTER_EXIT_MS = 500

/** A spawned child (leader of its own process group) as a HeldProcess. */
export function holdChild(child: ChildProcessWithoutNullStreams): HeldProcess {
  const timers: NodeJS.Timeout[] = []
  const closed = new Promise<{ exitCode: number | null; signal: string | null }>((resolve) => {
    const settle = () => {
      timers.forEach(clearTimeout)
      resolve({ exitCode: child.exitCode, signal: child.signalCode })
    }
    child.once('close', settle)
    child.once('exit', () => timers.push(setTimeout(settle, PIPES_AFTER_EXIT_MS)))
  })
  // A child that ended turns a late write into EPIPE; `closed` tells.
  for (const stream of [child.stdin, child.stdout]) stream.on('error', () => undefined)
  child.on('error', () => undefined)

  const signalGroup = (signal: NodeJS.Signals) => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    try {
      process.kill(-child.pid, signal)
    } catch {
      // Gone between the check and the signal.
    }
  }
  let killed = false
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    stderrTail: tailOf(child.stderr),
    closed,
    kill() {
      if (killed) return
      killed = true
      child.stdin.end()
      child.stdout.resume()
      timers.push(setTimeout(signalGroup, TERM_AFTER_MS, 'SIGTERM'))
      timers.push(setTimeout(signalGroup, KILL_AFTER_MS, 'SIGKILL'))
    },
  }
}
