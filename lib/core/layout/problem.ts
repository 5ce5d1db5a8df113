/** One thing that is wrong with a layout, with its place. Printed as `file:line:column: key.path: message`. */
export interface Problem {
  readonly severity: 'error' | 'warning'
  readonly file: string
  /** 1-based; 0 when there is no place (a file that cannot be read). */
  readonly line: number
  readonly column: number
  /** `tasks.Task-2.needs`; empty for the whole document. */
  readonly path: string
  readonly message: string
}

export function formatProblem(p: Problem): string {
  const place = p.line > 0 ? `${p.file}:${p.line}:${p.column}` : p.file
  const path = p.path === '' ? '' : ` ${p.path}:`
  return `${place}:${path} ${p.severity === 'warning' ? 'warning: ' : ''}${p.message}`
}
