import { shellQuote } from '../core/shell-quote.js'
import type { VerbContext } from './verb.js'

/** How the program was called, for a command that a person can paste: it must reach the same daemon. */
export function programLine({ option }: Pick<VerbContext, 'option'>): string {
  const words = (['host', 'api', 'token-file', 'session'] as const).flatMap((name) => {
    const value = option(name)
    return value === undefined ? [] : [`--${name}`, shellQuote(value)]
  })
  return ['orchestra', ...words].join(' ')
}
