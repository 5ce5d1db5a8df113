/** Agents that write down each tenth of a second who they are, and the question whether two of them were ever at work at one time. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** `sh FILE LEDGER`: never ends by itself, nor by a signal that can be ignored. */
export function writeBeater(dir: string): string {
  const file = join(dir, 'beat.sh')
  const beat = `read -r up rest </proc/uptime; echo "$$ $up" >>"$1"; sleep 0.1`
  writeFileSync(file, `trap '' HUP INT TERM\nwhile :; do ${beat}; done\n`)
  return file
}

interface Life {
  readonly pid: string
  first: number
  last: number
}

export function lives(ledger: string): Life[] {
  const found = new Map<string, Life>()
  const text = existsSync(ledger) ? readFileSync(ledger, 'utf8') : ''
  for (const line of text.split('\n').filter(Boolean)) {
    const [pid = '', at] = line.split(' ')
    const life = found.get(pid)
    if (life === undefined) found.set(pid, { pid, first: Number(at), last: Number(at) })
    else life.last = Number(at)
  }
  return [...found.values()]
}

/** `A and B for 0.8 s` of each pair that was at work at one time. */
export function overlaps(ledger: string): string[] {
  const all = lives(ledger).toSorted((a, b) => a.first - b.first)
  return all.flatMap((one, i) =>
    all
      .slice(i + 1)
      .filter((other) => other.first < one.last)
      .map(
        (other) =>
          `${one.pid} and ${other.pid} for ${(Math.min(one.last, other.last) - other.first).toFixed(2)} s`,
      ),
  )
}
