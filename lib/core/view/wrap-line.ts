import { displayWidth } from '../text/display-width.js'
import { shortenLine, span, type Line, type Span } from './spans.js'

/** In lines of at most `cols` columns, broken at spaces; all after the first are indented. A longer word is shortened. */
export function wrapLine(line: Line, cols: number, indent: number, ellipsis = '…'): Line[] {
  const lines: Span[][] = [[]]
  let used = 0
  for (const { text, tone } of line) {
    for (const word of text.match(/ +|[^ ]+/g) ?? []) {
      const isSpace = word.startsWith(' ')
      if (used + displayWidth(word) > cols && used > indent) {
        if (lines.at(-1)!.at(-1)?.text.trim() === '') lines.at(-1)!.pop()
        lines.push([span(' '.repeat(indent))])
        used = indent
        if (isSpace) continue
      }
      // A break took the space before it.
      if (isSpace && used === indent && lines.length > 1) continue
      lines.at(-1)!.push({ text: word, tone })
      used += displayWidth(word)
    }
  }
  return lines.map((one) => shortenLine(one, cols, ellipsis))
}
