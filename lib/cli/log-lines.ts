/** Chooses what is printed of a log: whole lines that match, each with the name of its log where there are several. */
import { OrchestraError } from '../core/errors.js'

export interface LineChoice {
  readonly grep: RegExp | null
  /** null: there is only one log. */
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
    // Printed as it comes: a progress bar does not end its line.
    if (grep === null && prefix === null) return this.#print(text)
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    const chosen = lines.filter((line) => grep === null || grep.test(line))
    if (chosen.length > 0) this.#print(chosen.map((line) => `${prefix ?? ''}${line}\n`).join(''))
  }

  /** Prints a last line that has no line end. */
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

/** `a  | ` for each name, all of one width; null for the only one. */
export function prefixesOf(names: readonly string[]): ReadonlyMap<string, string | null> {
  const width = Math.max(0, ...names.map((name) => name.length))
  return new Map(names.map((name) => [name, names.length < 2 ? null : `${name.padEnd(width)} | `]))
}

export function lastLines(text: string, count: number): string {
  if (count === 0 || text === '') return ''
  return `${text.replace(/\n$/, '').split('\n').slice(-count).join('\n')}\n`
}
