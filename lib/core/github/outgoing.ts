/**
 * The last step before the wire: text of others calls nobody, links nothing and closes nothing on GitHub, hides nothing, and is
 * no longer than GitHub takes.
 */
import { safeLines } from '../text/safe-lines.js'
import { safeText } from '../text/safe-text.js'

/** GitHub's own number, by whatever it counts; ours counts UTF-16 units, of which a text has the most. */
export const MAX_BODY = 65_536
export const MAX_TITLE = 250

/** Zero width: the text reads the same, and is no name and no reference any more. */
const BREAK = '\u200b'

/** `@name`, `@org/team`, `@CG-1`: other people's logins. */
const MENTION = /@(?=[A-Za-z0-9])/g
/** `#12`, `owner/name#12`, `GH-12`: each would show in the issue that it names; behind `closes` it would close it. */
const REFERENCE = /(#|\bGH-)(?=\d)/gi
/** The same by address; this host shows the same page and makes no reference. */
const ADDRESS =
  /(https?:\/\/)(?:www\.)?github\.com(?=\/[^\s/]+\/[^\s/]+\/(?:issues|pull|discussions|commit)\/)/gi
/** A comment hides text from people, and a marker of ours may only stand where we put it. */
const HIDING = /<(?=!--)/g

export function harmless(text: string): string {
  return text
    .replace(ADDRESS, '$1redirect.github.com')
    .replace(MENTION, `@${BREAK}`)
    .replace(REFERENCE, `$1${BREAK}`)
    .replace(HIDING, '&lt;')
}

export function outgoingTitle(title: string): string {
  const points = Array.from(harmless(safeText(title)).trim())
  const text = points.length > MAX_TITLE ? `${points.slice(0, MAX_TITLE - 1).join('')}…` : points.join('')
  return text === '' ? 'untitled' : text
}

/** `trailer` is ours and stands there whole, the marker last. */
export function outgoingBody(body: string, trailer: string): string {
  const text = harmless(safeLines(body)).trimEnd()
  const end = trailer === '' ? '' : `\n\n${trailer}`
  const room = MAX_BODY - end.length
  return `${text.length <= room ? text : cutTo(text, room)}${end}`.trimStart()
}

function cutTo(text: string, room: number): string {
  const note = (left: number) => `\n\n*(cut here: ${left} more characters stand in the run's report.md)*`
  const at = room - note(text.length).length - FENCE.length - 1
  // Neither inside a character nor inside a line, where one is near.
  const line = text.lastIndexOf('\n', at)
  let end = line > at - 2000 ? line : at
  if (isHighSurrogate(text.charCodeAt(end - 1))) end -= 1
  const kept = text.slice(0, end)
  return `${closed(kept)}${note(text.length - end)}`
}

const FENCE = '\n~~~~~~~~'
const isHighSurrogate = (unit: number) => unit >= 0xd800 && unit < 0xdc00

/** A code block that was cut open would swallow what follows. */
function closed(text: string): string {
  let fence: string | null = null
  for (const line of text.split('\n')) {
    const found = /^ {0,3}(`{3,8}|~{3,8})/.exec(line)?.[1]
    if (found === undefined) continue
    if (fence === null) fence = found
    else if (found.startsWith(fence)) fence = null
  }
  return fence === null ? text : `${text}\n${fence}`
}
