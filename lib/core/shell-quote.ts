import { OrchestraError } from './errors.js'

/**
 * One word for a POSIX shell, as text: `sh -c "echo ${shellQuote(x)}"` prints exactly x. The one quoting function of
 * the project. Quotes, backslashes and `!` stand outside the quotes, so that fish and csh as login shells read the
 * same word. Throws on NUL, which no argument can hold.
 */
export function shellQuote(word: string): string {
  if (word.includes('\0')) throw new OrchestraError('an argument cannot contain NUL', { kind: 'usage' })
  if (/^[A-Za-z0-9_/.:@+,-]+$/.test(word)) return word
  return `'${word.replace(/['\\!]/g, "'\\$&'")}'`
}

/** An argv as people type it. `~` stays what their shell makes of it. */
export function commandLine(...words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./~-]+$/.test(word) ? word : shellQuote(word))).join(' ')
}

/** An argv as one shell line. `~/` at the start of a word is `$HOME` of the machine that runs it. */
export function shellLine(argv: readonly string[]): string {
  return argv.map(quoteWithHome).join(' ')
}

function quoteWithHome(word: string): string {
  if (word === '~') return '"$HOME"'
  return word.startsWith('~/')
    ? `"$HOME"/${word.length > 2 ? shellQuote(word.slice(2)) : ''}`
    : shellQuote(word)
}
