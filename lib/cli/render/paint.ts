/** Styled lines → text for a terminal. The only place of the CLI that writes SGR. */
import type { Line, Tone } from '../../core/view/spans.js'

/** The sixteen colours that every terminal has, in the reader's own palette. */
const SGR = {
  plain: '',
  strong: '1',
  quiet: '90',
  good: '32',
  busy: '36',
  warn: '33',
  bad: '31',
  accent: '34',
  alarm: '1;30;43',
  head: '90',
} as const satisfies Record<Tone, string>

export function paint(line: Line, color: boolean): string {
  if (!color)
    return line
      .map(({ text }) => text)
      .join('')
      .trimEnd()
  const end = line.findLastIndex(({ text, tone }) => text.trim() !== '' || tone === 'alarm')
  let out = ''
  for (const [index, { text, tone }] of line.slice(0, end + 1).entries()) {
    const shown = index === end && tone !== 'alarm' ? text.trimEnd() : text
    const code = SGR[tone]
    out += code === '' || shown.trim() === '' ? shown : `\u001b[${code}m${shown}\u001b[0m`
  }
  return out
}

export function paintAll(lines: readonly Line[], color: boolean): string {
  return lines.map((line) => `${paint(line, color)}\n`).join('')
}
