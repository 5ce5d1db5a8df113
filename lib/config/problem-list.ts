import type { Problem } from '../core/layout/problem.js'
import { formatPath, type LayoutPath, quote, type Report } from '../core/layout/report.js'
import { find, isMap, type YamlMap } from './located.js'

const MAX_SHOWN = 100

/** Problems by path, turned into problems by place; sorted, without doubles, bounded. */
export class ProblemList {
  readonly #root: YamlMap | null
  readonly #problems: Problem[]

  constructor(root: YamlMap | null, problems: readonly Problem[]) {
    this.#root = root
    this.#problems = [...problems]
  }

  get hasErrors(): boolean {
    return this.#problems.some((problem) => problem.severity === 'error')
  }

  readonly report: Report = (path, message, severity = 'error') => {
    this.add(this.#root, path, message, severity, false)
  }

  /** `root`: the document that the path belongs to (an included file has its own). */
  add(
    root: YamlMap | null,
    path: LayoutPath,
    message: string,
    severity: 'error' | 'warning',
    atKey: boolean,
  ): void {
    const real = windowPath(root, path)
    const found = find(root, real)
    const { entry } = found
    // The key names what is wrong when the value is a whole map, or is not there.
    const byKey = atKey || !found.complete || typeof found.value === 'object'
    const place = (byKey ? entry?.key : undefined) ?? entry?.value
    const hidden =
      entry?.fromEnv === true && typeof found.value === 'string'
        ? message
            .replaceAll(quote(found.value), quote(entry.source ?? ''))
            .replaceAll(found.value, entry.source ?? '')
        : message
    this.#problems.push({
      severity,
      file: place?.file ?? this.#file(root),
      line: place?.line ?? 1,
      column: place?.column ?? 1,
      path: formatPath(real),
      message: hidden,
    })
  }

  #file(root: YamlMap | null): string {
    for (const key of Object.keys(root ?? {})) {
      const { entry } = find(root, [key])
      if (entry !== undefined) return entry.value.file
    }
    return this.#problems[0]?.file ?? ''
  }

  /** Errors if there are any, else warnings; by file (in the order of reading), line and column. */
  sorted(): readonly Problem[] {
    const files = [...new Set(this.#problems.map((problem) => problem.file))]
    const seen = new Set<string>()
    const list = this.#problems
      .filter((problem) => {
        const key = `${problem.file}\n${problem.line}:${problem.column}\n${problem.path}\n${problem.message}`
        return seen.has(key) ? false : seen.add(key)
      })
      .sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column)
    if (list.length <= MAX_SHOWN) return list
    const rest = list.length - MAX_SHOWN
    const last = list[MAX_SHOWN]!
    const more = `… and ${rest} more ${rest === 1 ? 'problem' : 'problems'}`
    return [...list.slice(0, MAX_SHOWN), { ...last, line: 0, column: 0, path: '', message: more }]
  }
}

/** The checks know `windows[1].panes[0].agent`; the file may have said the same by a shorthand. */
function windowPath(root: unknown, path: LayoutPath): LayoutPath {
  if (path[0] !== 'windows' || path[2] !== 'panes' || typeof path[3] !== 'number') return path
  const window = find(root, path.slice(0, 2)).value
  if (!isMap(window)) return path.slice(0, 2)
  if ('panes' in window)
    return typeof find(root, path.slice(0, 4)).value === 'string' ? path.slice(0, 4) : path
  if ('agents' in window) return ['windows', path[1]!, 'agents', path[3]]
  const key = ['agent', 'view', 'command'].find((name) => name in window)
  return key === undefined ? path.slice(0, 2) : ['windows', path[1]!, key]
}
