import { safeText } from '../../core/text/safe-text.js'

/** A document as `field: value` lines; what is not known, or is empty, is left out. */
export function renderDescription(document: unknown): string {
  return `${linesOf(document, '').join('\n')}\n`
}

function linesOf(value: unknown, indent: string): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one: unknown) => itemLines(one, indent))
  if (typeof value !== 'object' || value === null) return [`${indent}${plain(value)}`]
  return Object.entries(value).flatMap(([key, inner]) => {
    const name = `${indent}${key.replaceAll('_', ' ')}:`
    if (isEmpty(inner)) return []
    if (typeof inner !== 'object') return textLines(name, indent, plain(inner))
    if (Array.isArray(inner) && inner.every((one) => typeof one !== 'object'))
      return textLines(name, indent, inner.map(plain).join(', '))
    if (key === 'events')
      return [name, ...(inner as readonly EventLine[]).map((one) => eventLine(one, indent))]
    return [name, ...linesOf(inner, `${indent}  `)]
  })
}

interface EventLine {
  readonly at: string
  readonly text: string
}

function eventLine({ at, text }: EventLine, indent: string): string {
  return `${indent}  ${safeText(at.replace('T', ' ').slice(0, 19))}  ${safeText(text)}`
}

/** The first field of an item stands behind its dash. */
function itemLines(value: unknown, indent: string): readonly string[] {
  const lines = linesOf(value, `${indent}  `)
  return lines.map((line, at) => (at === 0 ? `${indent}- ${line.slice(indent.length + 2)}` : line))
}

function textLines(name: string, indent: string, text: string): readonly string[] {
  const lines = text.replace(/\n$/, '').split('\n').map(safeText)
  return lines.length === 1 ? [`${name} ${lines[0]}`] : [name, ...lines.map((line) => `${indent}  ${line}`)]
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

function plain(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return String(value)
}
