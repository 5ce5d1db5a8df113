/** What processes cost: CPU time and memory, from /proc. */
import { readFileSync, readdirSync } from 'node:fs'

/** Nanosecond-exact CPU time of all threads, in ms; 0 for a process that is gone. */
export function cpuMsOf(pid: number): number {
  try {
    let total = 0
    for (const task of readdirSync(`/proc/${pid}/task`))
      total += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0])
    return total / 1e6
  } catch {
    return 0
  }
}

export interface Memory {
  readonly rssMb: number
  /** What would be free again without it: private pages. */
  readonly privateMb: number
}

export function memoryOf(pid: number): Memory {
  const text = readOr(`/proc/${pid}/smaps_rollup`)
  const kb = (name: string) =>
    [...text.matchAll(new RegExp(`^${name}:\\s+(\\d+) kB`, 'gm'))].reduce((sum, [, n]) => sum + Number(n), 0)
  return { rssMb: kb('Rss') / 1024, privateMb: (kb('Private_Clean') + kb('Private_Dirty')) / 1024 }
}

export interface Listed {
  readonly pid: number
  readonly parent: number
  readonly name: string
}

export function processes(): Listed[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = readOr(`/proc/${name}/stat`)
      const end = stat.lastIndexOf(')')
      if (end === -1) return []
      const parent = Number(stat.slice(end + 2).split(' ')[1])
      return [{ pid: Number(name), parent, name: stat.slice(stat.indexOf('(') + 1, end) }]
    })
}

/** A process and all that it started, itself first. */
export function familyOf(pid: number): Listed[] {
  const all = processes()
  const found = all.filter((one) => one.pid === pid)
  for (const one of found) found.push(...all.filter(({ parent }) => parent === one.pid))
  return found
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
