/** Takes apart the lines between an opening and a closing nonce of a control client. */
import { joinLines, parseGuard } from './control-parser.js'
import type { Reply } from './messages.js'

export interface ConfirmedReplies {
  /** Null: a reply is not one whole block between its nonces; nothing of it may be believed. */
  readonly replies: readonly Reply[] | null
  /** Lines of tmux itself that stood between and after the blocks, to be parsed as usual. */
  readonly rest: readonly Buffer[]
}

/**
 * `lines` follow the block of `nonces[0]`; after each command's block stands a block with the next nonce. What a pane
 * printed lies between the first `%begin` and the last matching `%end` before that nonce, whatever guards it imitates:
 * it cannot know the nonce, and it cannot print anything after its own reply ended.
 */
export function splitConfirmed(lines: readonly Buffer[], nonces: readonly string[]): ConfirmedReplies {
  const replies: Reply[] = []
  const rest: Buffer[] = []
  let at = 0
  for (const nonce of nonces.slice(1)) {
    const begin = findBegin(lines, at)
    if (begin === -1) return { replies: null, rest: [] }
    rest.push(...lines.slice(at, begin))
    const key = parseGuard(lines[begin] as Buffer)?.key
    const said = findLine(lines, begin, nonce)
    if (said === -1) {
      // tmux stops a line at its first error; an error holds no text of a pane and ends at its own guard.
      const end = lines.findIndex((line, i) => i > begin && isGuard(line, 'error', key))
      if (end === -1) return { replies: null, rest: [] }
      replies.push({ ok: false, body: joinLines(lines.slice(begin + 1, end)) })
      return { replies, rest: [...rest, ...lines.slice(end + 1)] }
    }
    // `said` is fenced by its own %begin and %end.
    let end = said - 2
    while (end > begin && !isGuard(lines[end], 'end', key)) end--
    if (end <= begin) return { replies: null, rest: [] }
    replies.push({ ok: true, body: joinLines(lines.slice(begin + 1, end)) })
    rest.push(...lines.slice(end + 1, said - 1))
    at = said + 2
  }
  return { replies, rest: [...rest, ...lines.slice(at)] }
}

function findBegin(lines: readonly Buffer[], from: number): number {
  return lines.findIndex((line, i) => i >= from && parseGuard(line)?.kind === 'begin')
}

function findLine(lines: readonly Buffer[], after: number, text: string): number {
  const bytes = Buffer.from(text)
  return lines.findIndex((line, i) => i > after && line.equals(bytes))
}

function isGuard(line: Buffer | undefined, kind: 'end' | 'error', key: string | undefined): boolean {
  const guard = line === undefined ? undefined : parseGuard(line)
  return guard?.kind === kind && guard.key === key
}
