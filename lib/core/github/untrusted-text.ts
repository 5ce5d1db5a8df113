/**
 * Text that strangers write: made harmless for a terminal and for a prompt, with what was taken out told. Its digest is over
 * what GitHub has, so that an edit of a hidden part changes it, too.
 */
import { safeText } from '../text/safe-text.js'
import { sha256 } from '../text/sha256.js'

export interface PlainIssueText {
  readonly title: string
  readonly lines: readonly string[]
  readonly removed: readonly string[]
}

const MAX_LINES = 2000
const MAX_LINE = 1000

const HIDDEN: readonly { readonly name: string; readonly sign: RegExp }[] = [
  { name: 'control sequences', sign: /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/gu },
  { name: 'marks that turn the direction of text', sign: /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu },
  { name: 'letters of no width', sign: /\u034f|[\u00ad\u180e\u200b-\u200d\u2060-\u2064\ufeff]/gu },
  { name: 'hidden tags', sign: /[\u{e0000}-\u{e007f}]/gu },
]

export function plainIssueText(title: string, body: string): PlainIssueText {
  const removed: string[] = []
  for (const { name, sign } of HIDDEN) {
    const count = [...`${title}\n${body}`.matchAll(sign)].length
    if (count > 0) removed.push(`${name} (${count})`)
  }
  const { text, comments } = withoutComments(body)
  if (comments > 0) removed.push(`comments of HTML (${comments})`)
  const titles = [...text.matchAll(LINK_TITLE)].length
  if (titles > 0) removed.push(`titles of links (${titles})`)
  const all = text.replace(LINK_TITLE, '$1)').split(/\r\n|\r|\n/)
  const lines = all.slice(0, MAX_LINES).map((line) => safeText(line).slice(0, MAX_LINE))
  if (all.length > MAX_LINES) removed.push(`lines after the first ${MAX_LINES} (${all.length - MAX_LINES})`)
  return { title: safeText(title).slice(0, 256), lines, removed }
}

/** `[text](address "title")`: a title shows only under a mouse. */
const LINK_TITLE = /(\]\([^\s()]{1,2000})\s+(?:"[^"\n]{0,500}"|'[^'\n]{0,500}')\s*\)/gu

export function issueDigest(title: string, body: string): string {
  return sha256(`${title}\n\u0000\n${body}`)
}

function withoutComments(body: string): { text: string; comments: number } {
  let text = ''
  let rest = body
  let comments = 0
  for (;;) {
    const at = rest.indexOf('<!--')
    if (at < 0) return { text: text + rest, comments }
    text += rest.slice(0, at)
    comments += 1
    const end = rest.indexOf('-->', at + 4)
    // One that is not closed hides all that follows.
    if (end < 0) return { text, comments }
    rest = rest.slice(end + 3)
  }
}
