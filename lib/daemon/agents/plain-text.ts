/** Terminal output → lines of text, for logs: cursor movement becomes line breaks, a carriage return rewrites its line. */
import { StringDecoder } from 'node:string_decoder'

// CSI, OSC/DCS/APC/PM/SOS strings, and the two-byte escapes.
const ESCAPES =
  // eslint-disable-next-line no-control-regex
  /\u001b\[([0-?]*)[ -/]*([@-~])|\u001b[\]PX^_](?:[^\u0007\u001b]|\u001b(?!\\))*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-~]|[\u0080-\u009f]/g
/** Final bytes that move the cursor to another line or place. */
const MOVES = new Set(['A', 'B', 'E', 'F', 'H', 'f', 'J', 'd', 'S', 'T'])

export function plainText(raw: string): string {
  // A screen that is redrawn repeats itself: the same line again, or an empty one, tells nothing.
  return plainLines(raw)
    .filter((line, i, lines) => line !== '' && line !== lines[i - 1])
    .join('\n')
}

/** Of a command, which draws no screen: every line, also empty ones and the same one again. */
export function plainOutput(raw: string): string {
  return plainLines(raw).join('\n')
}

function plainLines(raw: string): readonly string[] {
  const text = raw.replace(ESCAPES, (_whole, _params: string | undefined, final: string | undefined) =>
    final !== undefined && MOVES.has(final) ? '\n' : '',
  )
  return text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) =>
      line
        .slice(line.replace(/\r+$/, '').lastIndexOf('\r') + 1)
        .replace(/\r+$/, '')
        .trimEnd(),
    )
}

/** The same for output as it comes: whole lines only, escapes may be cut anywhere. */
export class PlainStream {
  readonly #decoder = new StringDecoder('utf8')
  #rest = ''

  push(data: Buffer): string {
    this.#rest = (this.#rest + this.#decoder.write(data)).slice(-256 * 1024)
    const cut = this.#rest.lastIndexOf('\n')
    if (cut === -1) return ''
    const whole = this.#rest.slice(0, cut)
    this.#rest = this.#rest.slice(cut + 1)
    const text = plainText(whole)
    return text === '' ? '' : `${text}\n`
  }
}
