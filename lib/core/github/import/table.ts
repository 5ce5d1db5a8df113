/** A Markdown table of issues. Headings that can be read both ways (`Blocking`) make no edge: a person is asked. */
import type { Claim, ColumnClaim, Reading, Ref, Source } from './claims.js'
import { dependencyPhrases, refsOf, saysNone } from './dependency-words.js'
import { parseEstimate, plainTitle, tierOfLabel } from './estimates.js'
import { findRefs } from './refs.js'
import type { VisibleLine } from './visible-lines.js'

type Column =
  'issue' | 'title' | 'tier' | 'needs' | 'both_ways' | 'estimate' | 'done' | 'parent' | 'milestone'

const HEADINGS: Readonly<Record<Column, RegExp>> = {
  issue: /^(?:#|no\.?|id|issues?(?: ?#| ?no\.?| number)?|番号|課題)$/iu,
  title: /^(?:title|task|name|what|description|タイトル|内容|タスク)$/iu,
  tier: /^(?:p|prio|priority|tier|優先度)$/iu,
  needs: /^(?:depends(?: on)?|dependenc(?:y|ies)|deps?|needs|requires|waits for|依存(?:関係|先)?|前提)$/iu,
  both_ways: /^(?:blocking|blocked(?: by)?|blocks|blockers?)$/iu,
  estimate: /^(?:estimate[ds]?|est\.?|effort|hours|見積(?:もり|り)?|工数)$/iu,
  done: /^(?:status|state|done|状態|ステータス)$/iu,
  parent: /^(?:parent|epic|part of|親)$/iu,
  milestone: /^(?:milestone|マイルストーン)$/iu,
}
const DONE = /✅|☑|✔|\[x\]|^\s*(?:done|closed|completed?|完了|済)/iu

export function tablesIn(lines: readonly VisibleLine[]): readonly (readonly VisibleLine[])[] {
  const tables: VisibleLine[][] = []
  for (const [at, line] of lines.entries()) {
    if (line.isInCode || !isRow(line.text)) continue
    const before = lines[at - 1]
    const isNext =
      before !== undefined && before.number === line.number - 1 && tables.at(-1)?.at(-1) === before
    if (isNext) tables.at(-1)!.push(line)
    else tables.push([line])
  }
  return tables.filter(([, second]) => second !== undefined && /^[\s|:-]+$/.test(second.text))
}

export function readTable(
  lines: readonly VisibleLine[],
  file: string,
  own: string | null,
): Omit<Reading, 'milestones'> {
  const headings = cellsOf(lines[0]?.text ?? '').map((cell) => cell.replace(/[*_`]/g, '').trim())
  const columns = headings.map(columnOf)
  const claims: Claim[] = []
  const asked: ColumnClaim[] = []
  const planned: { ref: Ref; place: string }[] = []
  for (const { text, number } of lines.slice(2)) {
    const cells = cellsOf(text)
    const source: Source = {
      kind: 'table',
      group: `${file}, table at line ${lines[0]?.number}`,
      place: `${file}:${number}`,
    }
    const subjects = subjectsOf(cells, columns, own)
    if (subjects.length === 0) continue
    if (isPlanned(text)) {
      for (const ref of subjects) planned.push({ ref, place: source.place })
      continue
    }
    for (const of of subjects) {
      for (const [at, cell] of cells.entries())
        claims.push(...cellClaims(columns[at] ?? null, cell, of, source, own, subjects.length === 1))
      for (const [at, cell] of cells.entries()) {
        const refs = refsOf(findRefs(cell, own)).filter((ref) => ref !== of)
        if (columns[at] === 'both_ways' && refs.length > 0)
          asked.push({ heading: headings[at] ?? '', of, refs, source })
      }
    }
  }
  return { claims, columns: asked, planned }
}

/** `TBD`, `to be created`: a number that was only wished for. */
export function isPlanned(text: string): boolean {
  return /\bTBD\b|to be created|not created yet|\bplanned\b|作成予定|未作成/iu.test(text)
}

function isRow(text: string): boolean {
  return /^\s*\|.*\|/.test(text)
}

function columnOf(heading: string): Column | null {
  const words = heading.replace(/[^\p{L}\p{N}#. ]/gu, '').trim()
  return (Object.keys(HEADINGS) as Column[]).find((column) => HEADINGS[column].test(words)) ?? null
}

/** The issue of a row: of its own column, else the first cell that begins with a number. */
function subjectsOf(
  cells: readonly string[],
  columns: readonly (Column | null)[],
  own: string | null,
): readonly Ref[] {
  const at = columns.indexOf('issue')
  const cell = at >= 0 ? cells[at] : cells.find((text) => (findRefs(text, own)[0]?.at ?? 99) <= 4)
  const found = findRefs(/^\s*\d{1,9}\s*$/.test(cell ?? '') ? `#${cell?.trim()}` : (cell ?? ''), own)
  // A range stands at one place and is one subject in several; of other numbers only the first is.
  return refsOf(found.filter((one) => one.at === found[0]?.at))
}

function cellClaims(
  column: Column | null,
  cell: string,
  of: Ref,
  source: Source,
  own: string | null,
  isAlone: boolean,
): readonly Claim[] {
  switch (column) {
    case 'title':
      return isAlone && plainTitle(cell) !== ''
        ? [{ field: 'title', of, title: plainTitle(cell), source }]
        : []
    case 'issue': {
      const rest = plainTitle(cell.replace(/[#＃]?\d{1,9}/u, ''))
      const done: Claim[] = DONE.test(cell) ? [{ field: 'done', of, done: true, source }] : []
      return isAlone && rest.length > 2 ? [{ field: 'title', of, title: rest, source }, ...done] : done
    }
    case 'tier': {
      const tier = tierOfLabel(cell, [])
      return tier === null ? [] : [{ field: 'tier', of, tier, source }]
    }
    case 'needs': {
      const found = findRefs(cell, own)
      if (found.length === 0 && !saysNone(cell)) return []
      const done = found.filter((one) => one.done)
      return [
        { field: 'needs', of, refs: refsOf(found), source },
        ...done.map(({ ref }): Claim => ({ field: 'done', of: ref, done: true, source })),
      ]
    }
    case 'estimate': {
      const ms = parseEstimate(/^\s*[\d.]+\s*$/.test(cell) ? `${cell.trim()}h` : cell)
      return ms === null ? [] : [{ field: 'estimate', of, ms, source }]
    }
    case 'done':
      return DONE.test(cell) ? [{ field: 'done', of, done: true, source }] : []
    case 'parent': {
      const parent = findRefs(cell, own)[0]
      return parent === undefined ? [] : [{ field: 'parent', of, ref: parent.ref, source }]
    }
    case 'milestone':
      return plainTitle(cell) === '' || saysNone(cell)
        ? []
        : [{ field: 'milestone', of, name: plainTitle(cell), source }]
    case 'both_ways':
      return []
    case null:
      return dependencyPhrases(cell, own)
        .filter(({ way }) => way === 'needs')
        .map(({ found }): Claim => ({ field: 'needs', of, refs: refsOf(found), source }))
  }
}

function cellsOf(line: string): readonly string[] {
  return line
    .trim()
    .replace(/^\|/, '')
    .replace(/\|$/, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())
}
