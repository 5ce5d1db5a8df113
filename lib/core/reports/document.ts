/** A report as data: a heading and fields, each of which says so when there are no facts. Text and JSON are made from it. */
import type { ReportKind } from './spec.js'

export interface ReportField {
  readonly name: string
  /** Never empty. */
  readonly lines: readonly string[]
}

export interface ReportSection {
  readonly heading: string
  readonly fields: readonly ReportField[]
}

export interface ReportDocument {
  readonly kind: ReportKind
  /** Of a worker or a phase. */
  readonly subject: string | null
  readonly sections: readonly ReportSection[]
}

export function field(name: string, lines: readonly string[] | string | null, none = 'none'): ReportField {
  const found = lines === null ? [] : typeof lines === 'string' ? [lines] : lines
  return { name, lines: found.length === 0 ? [none] : found }
}

export function renderSections({ sections }: Pick<ReportDocument, 'sections'>): string {
  return sections.map(renderSection).join('\n')
}

function renderSection({ heading, fields }: ReportSection): string {
  return `## ${heading}\n\n${fields.map(renderField).join('')}`
}

function renderField({ name, lines }: ReportField): string {
  const [first = ''] = lines
  if (lines.length === 1) return `- **${name}**: ${first}\n`
  return `- **${name}**:\n${lines.map((text) => `  - ${text}\n`).join('')}`
}
