import { didYouMean } from './did-you-mean.js'
import type { Machine } from './model.js'
import type { LayoutPath, Report } from './report.js'
import { quote } from './report.js'

export interface Named {
  has(name: string): boolean
  keys(): Iterable<string>
}

/** false after saying that there is no such thing. */
export function checkName(
  report: Report,
  path: LayoutPath,
  what: string,
  name: string,
  names: Named,
): boolean {
  if (names.has(name)) return true
  report(path, () => `no ${what} is called ${quote(name)}${didYouMean(name, names.keys())}`)
  return false
}

/** A machine on which something can run. */
export function checkWorkMachine(
  report: Report,
  path: LayoutPath,
  id: string,
  machines: ReadonlyMap<string, Machine>,
): void {
  if (!checkName(report, path, 'machine', id, machines)) return
  const kind = machines.get(id)?.kind
  if (kind === 'client' || kind === 'github') report(path, `nothing can run on ${id}: it is of kind ${kind}`)
}

/** Files are named after ids, and on a Mac `a.json` and `A.json` are one file. */
export function checkCase(report: Report, section: string, ids: readonly string[]): void {
  const seen = new Map<string, string>()
  for (const id of ids) {
    const other = seen.get(id.toLowerCase())
    if (other === undefined) seen.set(id.toLowerCase(), id)
    else
      report([section, id], `${id} and ${other} differ only in upper and lower case; their files would clash`)
  }
}
