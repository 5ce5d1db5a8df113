/** What is printed of a log: whole lines, those that match, each with whose it is where there are several. */
import { OrchestraError } from '../core/errors.js'

export interface LineChoice {
  readonly grep: RegExp | null
  /** null: there is one log alone. */
  readonly prefix: string | null
}

export class LogLines {
  readonly #choice: LineChoice
  readonly #print: (text: string) => void
  #rest = ''

  constructor(choice: LineChoice, print: (text: string) => void) {
    this.#choice = choice
    this.#print = print
  }

  push(text: string): void {
    const { grep, prefix } = this.#choice
    // As it comes: a progress bar ends no line.
    if (grep === null && prefix === null) return this.#print(text)
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    const chosen = lines.filter((line) => grep === null || grep.test(line))
    if (chosen.length > 0) this.#print(chosen.map((line) => `${prefix ?? ''}${line}\n`).join(''))
  }

  /** A last line without an end. */
  end(): void {
    if (this.#rest !== '') this.push('\n')
  }
}

/** @throws OrchestraError(usage): it is not a regular expression */
export function grepOption(text: string | undefined): RegExp | null {
  if (text === undefined) return null
  try {
    return new RegExp(text)
  } catch {
    throw new OrchestraError(`--grep ${text}: not a regular expression`, {
      kind: 'usage',
      hint: 'A mark such as ( or [ that is meant as it is stands behind a backslash.',
    })
  }
}

/** `a  | `, all of one width. */
export function prefixesOf(names: readonly string[]): ReadonlyMap<string, string | null> {
  const width = Math.max(0, ...names.map((name) => name.length))
  return new Map(names.map((name) => [name, names.length < 2 ? null : `${name.padEnd(width)} | `]))
}

export function lastLines(text: string, count: number): string {
  if (count === 0 || text === '') return ''
  return `${text.replace(/\n$/, '').split('\n').slice(-count).join('\n')}\n`
}
