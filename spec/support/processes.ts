/** Processes of this machine by what they were started with. Linux only: it reads /proc. */
import { readFileSync, readdirSync } from 'node:fs'

export interface FoundProcess {
  readonly pid: number
  readonly args: string
}

/** Living processes whose environment or arguments name `dir`; zombies do not count. */
export function processesNaming(dir: string): FoundProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        const args = readFileSync(`/proc/${name}/cmdline`, 'latin1').replaceAll('\0', ' ')
        const named = args.includes(dir) || readFileSync(`/proc/${name}/environ`, 'latin1').includes(dir)
        return named && args !== '' ? [{ pid: Number(name), args: args.trim() }] : []
      } catch {
        return []
      }
    })
}

export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** Never a group, never init. */
export function endProcess(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    if (pid > 1) process.kill(pid, signal)
  } catch {
    // It is gone already.
  }
}
