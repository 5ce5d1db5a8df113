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
const ESCAPED = new Uint8Array(256)
for (let byte = 0; byte < 0x20; byte++) ESCAPED[byte] = 1
// 0xff reads as the end of the input in tmux's lexer.
ESCAPED[0xff] = 1
for (const char of '"\\$~#;{}%\x7f') ESCAPED[char.charCodeAt(0)] = 1

export function quoteWord(word: Word): Buffer {
  if (typeof word === 'string' && PLAIN.test(word)) return Buffer.from(word, 'latin1')
  const bytes = typeof word === 'string' ? Buffer.from(word, 'utf8') : word
  let extra = 0
  for (const byte of bytes) {
    if (byte === 0)
      throw new OrchestraError('a tmux argument cannot hold a NUL byte', {
        kind: 'refused',
        hint: 'Remove the NUL byte from the text.',
      })
    if (ESCAPED[byte] === 1) extra += 3
  }
  const out = Buffer.allocUnsafe(bytes.length + extra + 2)
  let at = 0
  out[at++] = 0x22
  for (const byte of bytes) {
    if (ESCAPED[byte] === 1) {
      out[at++] = 0x5c
      out[at++] = 48 + (byte >> 6)
      out[at++] = 48 + ((byte >> 3) & 7)
      out[at++] = 48 + (byte & 7)
    } else out[at++] = byte
  }
  out[at++] = 0x22
  return out
}

const SPACE = Buffer.from(' ')
const SEPARATOR = Buffer.from(' ; ')
const NEWLINE = Buffer.from('\n')

/** Several commands as one line: tmux runs them in one step, and stops at the first that fails. */
export function encodeLine(commands: readonly Command[]): Buffer {
  // An empty line would detach the client.
  if (commands.length === 0 || commands.some((command) => command.length === 0))
    throw new OrchestraError('an empty tmux command', { kind: 'bug' })
  const parts: Buffer[] = []
  for (const [index, command] of commands.entries()) {
    if (index > 0) parts.push(SEPARATOR)
    for (const [position, word] of command.entries()) {
      if (position > 0) parts.push(SPACE)
      parts.push(quoteWord(word))
    }
  }
  parts.push(NEWLINE)
  return Buffer.concat(parts)
}
