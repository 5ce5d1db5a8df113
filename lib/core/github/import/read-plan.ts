/** A plan that people wrote as Markdown: trees, tables, lists and headings that name issues. */
import type { Claim, PlannedMilestone, Reading, Ref, Source } from './claims.js'
import { dependencyPhrases } from './dependency-words.js'
import { bracketTier, estimateInLine, parseEstimate, plainTitle, tierOfLabel } from './estimates.js'
import { findRefs } from './refs.js'
import { isPlanned, readTable, tablesIn } from './table.js'
import { phraseClaims, readTree, treesIn } from './tree.js'
import { visibleLines, type VisibleLine } from './visible-lines.js'

const HEADING = /^\s{0,3}(#{1,6})\s+(.+)$/u
const ITEM = /^\s*(?:[-*+]|\d{1,3}[.)])\s+(.+)$/u
const MILESTONE = /^(?:milestone|マイルストーン)\s*(?:[#＃]?\d{1,6})?\s*[:：.\-–—]?\s*(.*)$/iu
const DUE =
  /(?:due(?: on| date)?|until|期限|締切)[*_]{0,2}\s*[:：]?[*_]{0,2}\s*(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})/iu
const DONE = /✅|☑|✔|\[[xX]\]/u

/** @param file how the text is called in messages @param own owner/name, if it is known */
export function readPlan(text: string, file: string, own: string | null): Reading {
  const lines = visibleLines(text)
  const trees = treesIn(lines)
  const tables = tablesIn(lines)
  const taken = new Set([...trees, ...tables].flat())
  const read = tables.map((table) => readTable(table, file, own))
  const rest = lines.filter((line) => !taken.has(line) && !line.isInCode)
  const { claims, milestones, planned } = readProse(rest, file, own)
  return {
    claims: [
      ...trees.flatMap((tree) => readTree(tree, file, own, aboutNode)),
      ...read.flatMap((one) => one.claims),
      ...claims,
    ],
    columns: read.flatMap((one) => one.columns),
    milestones,
    planned: [...read.flatMap((one) => one.planned), ...planned],
  }
}

/** What stands beside the number: a title, a mark, `[P0]`, an estimate in brackets. */
function aboutNode(text: string, of: Ref, source: Source): readonly Claim[] {
  const claims: Claim[] = []
  const tier = bracketTier(text) ?? tierOfLabel(text, [])
  if (tier !== null) claims.push({ field: 'tier', of, tier, source })
  if (DONE.test(text)) claims.push({ field: 'done', of, done: true, source })
  const estimate = estimateInLine(text) ?? parseEstimate(/[(（]([^()（）]{1,30})[)）]/u.exec(text)?.[1] ?? '')
  if (estimate !== null) claims.push({ field: 'estimate', of, ms: estimate, source })
  const title = plainTitle(text.replace(/(?:[\w-]+\/[\w.-]+)?[#＃]\d{1,9}/u, ' ').replace(/\bP[0-2]\b/u, ' '))
  if (title.length > 1) claims.push({ field: 'title', of, title, source })
  return claims
}

/** Headings and list items: `### #1169 Title`, then lines about it. */
function readProse(
  lines: readonly VisibleLine[],
  file: string,
  own: string | null,
): Omit<Reading, 'columns'> {
  const claims: Claim[] = []
  const milestones: PlannedMilestone[] = []
  const planned: { ref: Ref; place: string }[] = []
  let subject: Ref | null = null
  let milestone: PlannedMilestone | null = null
  for (const { text, number } of lines) {
    const place = `${file}:${number}`
    const source: Source = { kind: 'line', group: file, place }
    const [, , heading] = HEADING.exec(text) ?? []
    const named = milestoneIn(heading ?? /^\s*[*_]{2}(.{1,200})[*_]{2}\s*$/u.exec(text)?.[1] ?? '')
    if (named !== null) milestones.push((milestone = named))
    const due = dueIn(text)
    if (due !== null && milestone !== null && named === null)
      milestones[milestones.length - 1] = milestone = { ...milestone, due }
    if (heading !== undefined && named === null && !/^\s{0,3}#{3,}/.test(text)) milestone = null
    const entry = heading ?? ITEM.exec(text)?.[1] ?? ''
    const phrases = dependencyPhrases(text, own)
    const first = findRefs(entry.slice(0, phraseStart(entry, own)), own).find(({ at }) => at <= 12)
    if (heading !== undefined) subject = null
    if (first !== undefined && isPlanned(text)) {
      for (const one of findRefs(entry, own)) planned.push({ ref: one.ref, place })
      continue
    }
    if (first !== undefined) {
      subject = first.ref
      claims.push(...aboutNode(entry.slice(0, phraseStart(entry, own)), subject, source))
      if (milestone !== null) claims.push({ field: 'milestone', of: subject, name: milestone.name, source })
    }
    if (subject === null) continue
    for (const phrase of phrases) claims.push(...phraseClaims(phrase, subject, source))
    const estimate = first === undefined ? estimateInLine(text) : null
    if (estimate !== null) claims.push({ field: 'estimate', of: subject, ms: estimate, source })
  }
  return { claims, milestones, planned }
}

function phraseStart(text: string, own: string | null): number {
  return dependencyPhrases(text, own)[0]?.at ?? text.length
}

function milestoneIn(heading: string): PlannedMilestone | null {
  const [, rest] =
    MILESTONE.exec(
      heading
        .replace(/^[^\p{L}#＃]+/u, '')
        .replace(/[*_]/g, '')
        .trim(),
    ) ?? []
  if (rest === undefined) return null
  const name = plainTitle(rest.replace(/[(（][^()（）]{0,80}[)）]/gu, ' '))
  return name === '' ? null : { name, due: dueIn(heading) }
}

function dueIn(text: string): string | null {
  const [, year, month, day] = DUE.exec(text) ?? []
  return year === undefined ? null : `${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}`
}
