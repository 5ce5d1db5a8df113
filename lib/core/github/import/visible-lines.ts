/** The lines of a Markdown text that say something: no HTML comments, no quotes, no code blocks but trees drawn in them. */
export interface VisibleLine {
  /** From 1. */
  readonly number: number
  readonly text: string
  readonly isInCode: boolean
}

/** A line of people's; a longer one is data, and is cut. */
const MAX_LINE = 2000
const FENCE = /^\s{0,3}(```+|~~~+)/
const TREE_LINE = /^[\s│┃|]*(?:[├└┣┗╰╭┌]|\|--|\+--|`--)/u

export function visibleLines(text: string): readonly VisibleLine[] {
  const lines: VisibleLine[] = []
  let fence: string | null = null
  let isComment = false
  for (const [at, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const line = raw.slice(0, MAX_LINE)
    const [, mark] = FENCE.exec(line) ?? []
    if (fence === null && !isComment && mark !== undefined) {
      fence = mark
      continue
    }
    if (fence !== null) {
      if (mark !== undefined && mark[0] === fence[0] && mark.length >= fence.length) fence = null
      else lines.push({ number: at + 1, text: line, isInCode: true })
      continue
    }
    const shown = withoutComments(line, isComment)
    isComment = shown.isComment
    if (!/^\s{0,3}>/.test(shown.text)) lines.push({ number: at + 1, text: shown.text, isInCode: false })
  }
  return withoutPlainCode(lines)
}

export function isTreeLine(line: string): boolean {
  return TREE_LINE.test(line)
}

function withoutComments(line: string, isComment: boolean): { text: string; isComment: boolean } {
  let text = ''
  let rest = line
  for (;;) {
    const end = rest.indexOf(isComment ? '-->' : '<!--')
    if (!isComment) text += end < 0 ? rest : rest.slice(0, end)
    if (end < 0) return { text, isComment }
    rest = rest.slice(end + (isComment ? 3 : 4))
    isComment = !isComment
  }
}

/** A code block in which a tree is drawn is kept whole: its root stands in it without a branch. */
function withoutPlainCode(lines: readonly VisibleLine[]): readonly VisibleLine[] {
  const kept: VisibleLine[] = []
  for (let at = 0; at < lines.length;) {
    let end = at
    while (lines[end]?.isInCode === true && lines[end]!.number === lines[at]!.number + end - at) end++
    if (end === at) {
      kept.push(lines[at++]!)
      continue
    }
    const block = lines.slice(at, end)
    if (block.some(({ text }) => isTreeLine(text))) kept.push(...block)
    at = end
  }
  return kept
}
