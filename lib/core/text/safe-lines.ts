import { safeText } from './safe-text.js'

/** Several lines, each as `safeText`, with a line feed between them; tabs become spaces to the next stop of eight. */
export function safeLines(text: string): string {
  return text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => safeText(expandTabs(line)))
    .join('\n')
}

function expandTabs(line: string): string {
  if (!line.includes('\t')) return line
  let out = ''
  for (const part of line.split('\t')) {
    out += part
    out += ' '.repeat(8 - (out.length % 8))
  }
  return out.trimEnd()
}
