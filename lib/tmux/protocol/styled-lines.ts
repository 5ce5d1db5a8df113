/**
 * Lines of `capture-pane -e`. tmux writes each attribute where it changes and lets it run on into the next line;
 * here every line gets its own, so that lines may be written, cut and skipped one by one.
 */
import { cellWidth } from './cell-width.js'

const SGR = /\x1b\[([0-9;:]*)m/g
const SHIFT = /[\x0e\x0f]/g
/** A piece of a line: a sequence that takes no room, or one character. */
const PIECE = /\x1b\[[0-9;:]*[ -/]*[@-~]|\x1b\]8;[^\x07\x1b]*(?:\x07|\x1b\\)|[\x00-\x1f\x7f]|./gsu

/** Each line with what it needs in front and `CSI m` behind; without control characters. */
export function standaloneLines(lines: readonly string[]): string[] {
  const style = new RunningStyle()
  return lines.map((line) => {
    const before = style.prefix()
    style.feed(line)
    return `${before}${line}${before !== '' || line.includes('\x1b') || line.includes('\x0e') ? '\x0f\x1b[m' : ''}`
  })
}

/** `cols` columns of a standalone line from column `from` on; of a wide character that would stick out, blanks. */
export function cutLine(line: string, cols: number, from = 0): string {
  let width = -from
  let text = ''
  for (const [piece] of line.matchAll(PIECE)) {
    const isCharacter = piece.charCodeAt(0) >= 0x20 && piece.charCodeAt(0) !== 0x7f
    const columns = isCharacter ? cellWidth(piece) : 0
    if (isCharacter && width < 0) {
      width += columns
      text += ' '.repeat(Math.max(0, width))
      continue
    }
    if (isCharacter && width + columns > cols) {
      // Nothing visible fits any more; what follows may still switch attributes back.
      width = Number.POSITIVE_INFINITY
      continue
    }
    width += columns
    text += piece
  }
  return text
}

class RunningStyle {
  #attributes: string[] = []
  #foreground = ''
  #background = ''
  #underline = ''
  #shifted = false

  feed(line: string): void {
    for (const match of line.matchAll(SGR)) this.#sgr(match[1] ?? '')
    const shift = line.match(SHIFT)?.at(-1)
    if (shift !== undefined) this.#shifted = shift === '\x0e'
  }

  prefix(): string {
    const parts = [...this.#attributes, this.#foreground, this.#background, this.#underline].filter(
      (p) => p !== '',
    )
    return `${parts.length === 0 ? '' : `\x1b[${parts.join(';')}m`}${this.#shifted ? '\x0e' : ''}`
  }

  #sgr(parameters: string): void {
    const fields = parameters.split(';')
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i] ?? ''
      const code = Number(field.split(':')[0])
      if (code === 38 || code === 48 || code === 58) {
        let colour = field
        if (!field.includes(':')) {
          const more = fields[i + 1] === '2' ? 4 : 2
          colour = fields.slice(i, i + more + 1).join(';')
          i += more
        }
        if (code === 38) this.#foreground = colour
        else if (code === 48) this.#background = colour
        else this.#underline = colour
      } else if (code === 0) {
        this.#attributes = []
        this.#foreground = this.#background = this.#underline = ''
      } else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) this.#foreground = field
      else if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) this.#background = field
      else if (code === 39) this.#foreground = ''
      else if (code === 49) this.#background = ''
      else if (code === 59) this.#underline = ''
      else if (!this.#attributes.includes(field) && this.#attributes.length < 32) this.#attributes.push(field)
    }
  }
}
