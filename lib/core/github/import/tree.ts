/**
 * A tree drawn in a plan. Its root is the issue that everything is a part of; a child of the root is a part; a child of a part
 * is what the part waits for, and so on downwards.
 */
import type { Claim, Ref, Source } from './claims.js'
import { dependencyPhrases, refsOf } from './dependency-words.js'
import { findRefs } from './refs.js'
import type { VisibleLine } from './visible-lines.js'
import { isTreeLine } from './visible-lines.js'

interface Node {
  readonly depth: number
  readonly ref: Ref | null
  readonly line: number
}

const BRANCH = /^([\s│┃|]*)(?:[├└┣┗╰╭┌][─━-]*[┬]?[─━-]*|\|--+|\+--+|`--+)[>►▶→]?\s*/u

/** @param node what a line says of its own issue, with the place of the line. */
export function readTree(
  lines: readonly VisibleLine[],
  file: string,
  own: string | null,
  node: (text: string, of: Ref, source: Source) => readonly Claim[],
): readonly Claim[] {
  const claims: Claim[] = []
  const above: Node[] = []
  const children = new Map<Ref, { refs: Ref[]; line: number }>()
  const parts: { readonly ref: Ref; readonly line: number }[] = []
  const source = (line: number): Source => ({
    kind: 'tree',
    group: `${file}, tree`,
    place: `${file}:${line}`,
  })
  const said = (line: number): Source => ({ kind: 'line', group: file, place: `${file}:${line}` })
  // A tree without a root line: what it is a tree of has no number.
  if (lines[0] !== undefined && BRANCH.test(lines[0].text)) above.push({ depth: 0, ref: null, line: 0 })
  for (const { text, number } of lines) {
    const [branch = '', indent = ''] = BRANCH.exec(text) ?? []
    if (branch === '' && above.length > 0) {
      const of = above.findLast(({ ref }) => ref !== null)?.ref ?? null
      for (const phrase of of === null ? [] : dependencyPhrases(text, own))
        claims.push(...phraseClaims(phrase, of!, said(number)))
      continue
    }
    const depth = branch === '' ? 0 : widthOf(indent) + 1
    const rest = text.slice(branch.length)
    while ((above.at(-1)?.depth ?? -1) >= depth) above.pop()
    const phrases = dependencyPhrases(rest, own)
    const head = rest.slice(0, phrases[0]?.at ?? rest.length)
    const found = findRefs(head, own)[0]
    const owner = found === undefined ? above.findLast(({ ref }) => ref !== null) : undefined
    const of = found?.ref ?? owner?.ref ?? null
    for (const phrase of of === null ? [] : phrases) claims.push(...phraseClaims(phrase, of!, said(number)))
    if (found === undefined) {
      if (phrases.length === 0) above.push({ depth, ref: null, line: number })
      continue
    }
    claims.push(...node(head, found.ref, source(number)))
    const parent = above.at(-1)
    above.push({ depth, ref: found.ref, line: number })
    if (parent === undefined) continue
    if (above.length === 2) {
      parts.push({ ref: found.ref, line: number })
      if (parent.ref !== null)
        claims.push({ field: 'parent', of: found.ref, ref: parent.ref, source: source(number) })
    } else if (parent.ref !== null) {
      const listed = children.get(parent.ref) ?? { refs: [], line: parent.line }
      listed.refs.push(found.ref)
      children.set(parent.ref, listed)
    }
  }
  for (const [of, { refs, line }] of children) claims.push({ field: 'needs', of, refs, source: source(line) })
  // Where a tree draws what parts wait for, a part without children waits for nothing.
  if (children.size > 0)
    for (const { ref, line } of parts)
      if (!children.has(ref)) claims.push({ field: 'needs', of: ref, refs: [], source: source(line) })
  return claims
}

export function phraseClaims(
  phrase: ReturnType<typeof dependencyPhrases>[number],
  of: Ref,
  source: Source,
): readonly Claim[] {
  const refs = refsOf(phrase.found)
  const done = phrase.found
    .filter((one) => one.done)
    .map(({ ref }): Claim => ({ field: 'done', of: ref, done: true, source }))
  if (phrase.way === 'needs') return [{ field: 'needs', of, refs, source }, ...done]
  return [...refs.map((ref): Claim => ({ field: 'needs', of: ref, refs: [of], source })), ...done]
}

/** Lines that belong together: a root, which has no branch, and the branches below it. */
export function treesIn(lines: readonly VisibleLine[]): readonly (readonly VisibleLine[])[] {
  const trees: VisibleLine[][] = []
  let open: VisibleLine[] | null = null
  for (const [at, line] of lines.entries()) {
    const before = lines[at - 1]
    if (before === undefined || before.number !== line.number - 1) open = null
    if (isTreeLine(line.text)) {
      if (open === null) {
        open = rootAbove(lines, at)
        trees.push(open)
      }
      open.push(line)
    } else if (open !== null && isContinued(line.text)) open.push(line)
    else open = null
  }
  return trees
}

/** The line that a tree hangs from; `│` may stand between. */
function rootAbove(lines: readonly VisibleLine[], at: number): VisibleLine[] {
  let above = at - 1
  while (lines[above] !== undefined && /^[\s│┃|]*[│┃|][\s│┃|]*$/u.test(lines[above]!.text)) above -= 1
  const root = lines[above]
  return root !== undefined && root.number === lines[at]!.number - (at - above) && isRoot(root.text)
    ? [root]
    : []
}

function isRoot(line: string): boolean {
  return line.trim() !== '' && !line.trimStart().startsWith('|')
}

/** `│`, alone or with words about the node above; or words that are indented. */
function isContinued(line: string): boolean {
  return /^\s*[│┃]/u.test(line) || /^\s{2,}\S/u.test(line)
}

function widthOf(indent: string): number {
  return indent.length + 3 * (indent.split('\t').length - 1)
}
