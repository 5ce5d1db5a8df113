import type { Problem } from '../core/layout/problem.js'
import { formatPath, type LayoutPath, type Message, quote, type Report } from '../core/layout/report.js'
import { find, isMap, type YamlMap } from './located.js'

const MAX_SHOWN = 100

type Draft = Omit<Problem, 'message'> & { readonly message: Message }

/** Problems by path, turned into problems by place; sorted, without doubles, bounded. */
export class ProblemList {
  #root: YamlMap | null
  readonly #problems: Draft[]

  constructor(root: YamlMap | null, problems: readonly Problem[]) {
    this.#root = root
    this.#problems = [...problems]
  }

  get hasErrors(): boolean {
    return this.#problems.some((problem) => problem.severity === 'error')
  }

  /** Paths of what is reported from now on are those of this document. */
  readonly follow = (root: YamlMap): void => {
    this.#root = root
  }

  take(problems: readonly Problem[]): void {
    this.#problems.push(...problems)
  }

  readonly report: Report = (path, message, severity = 'error') => {
    this.add(this.#root, path, message, severity, false)
  }

  /** `root`: the document that the path belongs to (an included file has its own). */
  add(
    root: YamlMap | null,
    path: LayoutPath,
    message: Message,
    severity: 'error' | 'warning',
    atKey: boolean,
  ): void {
    const real = windowPath(root, path)
    const found = find(root, real)
    const { entry } = found
    // The key names what is wrong when the value is a whole map, or is not there.
    const byKey = atKey || !found.complete || typeof found.value === 'object'
    const place = (byKey ? entry?.key : undefined) ?? entry?.value
    const conceal = (text: string): string =>
      entry?.fromEnv === true && typeof found.value === 'string' && found.value !== ''
        ? text
            .replaceAll(quote(found.value), quote(entry.source ?? ''))
            .replaceAll(found.value, entry.source ?? '')
        : text
    this.#problems.push({
      severity,
      file: place?.file ?? this.#file(root),
      line: place?.line ?? 1,
      column: place?.column ?? 1,
      path: formatPath(real),
      message: () => conceal(typeof message === 'string' ? message : message()),
    })
  }

  #file(root: YamlMap | null): string {
    for (const key of Object.keys(root ?? {})) {
      const { entry } = find(root, [key])
      if (entry !== undefined) return entry.value.file
    }
    return this.#problems[0]?.file ?? ''
  }

  /** By file (in the order of reading), line and column. */
  sorted(): readonly Problem[] {
    const files = [...new Set(this.#problems.map((problem) => problem.file))]
    const order = new Map(files.map((file, at) => [file, at]))
    const list = this.#problems.sort(
      (a, b) => order.get(a.file)! - order.get(b.file)! || a.line - b.line || a.column - b.column,
    )
    const seen = new Set<string>()
    const shown: Problem[] = []
    let next = 0
    for (; next < list.length && shown.length < MAX_SHOWN; next += 1) {
      const draft = list[next]!
      const message = typeof draft.message === 'string' ? draft.message : draft.message()
      const key = JSON.stringify([draft.file, draft.line, draft.column, draft.path, message])
      if (!seen.has(key)) shown.push({ ...draft, message })
      seen.add(key)
    }
    const rest = list.length - next
    if (rest > 0) {
      const message = `… and ${rest} more ${rest === 1 ? 'problem' : 'problems'}`
      shown.push({ ...shown.at(-1)!, line: 0, column: 0, path: '', message })
    }
    return shown
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
