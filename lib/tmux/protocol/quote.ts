/**
 * Commands as bytes of one control-mode line. A raw `"$HOME"`, `"~/x"`, `#(…)` or `;` would be expanded or would end
 * the command, so every byte with a meaning goes as `\ooo` inside double quotes.
 */
import { OrchestraError } from '../../core/errors.js'

/** A word of a command: text (sent as UTF-8) or exact bytes. NUL cannot be sent. */
export type Word = string | Uint8Array
/** One tmux command with its arguments, nothing quoted. */
export type Command = readonly Word[]

const PLAIN = /^[-A-Za-z0-9_./]+$/
/** Each of them is one byte in UTF-8, and no part of a longer character. */
const SPECIAL = /[\x00-\x1f"\\$~#;{}%\x7f]/g

export function quoteWord(word: Word): Buffer {
  return typeof word === 'string' ? Buffer.from(quoteText(word), 'utf8') : quoteBytes(word)
}

/** Several commands as one line: tmux runs them in one step, and stops at the first that fails. */
export function encodeLine(commands: readonly Command[]): Buffer {
  // An empty line would detach the client.
  if (commands.length === 0 || commands.some((command) => command.length === 0))
    throw new OrchestraError('an empty tmux command', { kind: 'bug' })
  const parts: Buffer[] = []
  // Text is encoded at once, not word by word: the first `up` of a daemon sends some thousand words.
  let text = ''
  for (const [index, command] of commands.entries()) {
    if (index > 0) text += ' ; '
    for (const [position, word] of command.entries()) {
      if (position > 0) text += ' '
      if (typeof word === 'string') text += quoteText(word)
      else {
        parts.push(Buffer.from(text, 'utf8'), quoteBytes(word))
        text = ''
      }
    }
  }
  parts.push(Buffer.from(`${text}\n`, 'utf8'))
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
}

function quoteText(word: string): string {
  return PLAIN.test(word) ? word : `"${word.replace(SPECIAL, escapeChar)}"`
}

function escapeChar(char: string): string {
  const code = char.charCodeAt(0)
  if (code === 0) throw nulError()
  return `\\${code.toString(8).padStart(3, '0')}`
}

function quoteBytes(bytes: Uint8Array): Buffer {
  // One character a byte. 0xff reads as the end of the input in tmux's lexer.
  const text = Buffer.from(bytes).toString('latin1')
  return Buffer.from(`"${text.replace(SPECIAL, escapeChar).replaceAll('\xff', '\\377')}"`, 'latin1')
}

function nulError(): OrchestraError {
  return new OrchestraError('a tmux argument cannot hold a NUL byte', {
    kind: 'refused',
    hint: 'Remove the NUL byte from the text.',
  })
}
