/** Whether a comment may command at all, before GitHub is asked what its author may do there. */
import type { AuthorFacts, CommentFacts } from '../model.js'
import type { GithubSpec } from '../spec.js'
import { parseMarker } from '../marker.js'

export interface CommandFacts {
  /** Who we are there. */
  readonly identity: AuthorFacts | null
  /** Comments up to this one were there before the first look. */
  readonly after: number
  /** By GitHub's clock. */
  readonly now: number
  readonly only: readonly string[]
}

/** What a person wanted yesterday may be wrong today. */
const MAX_AGE_MS = 24 * 3_600_000

/** A sentence; null: it may. */
export function whyNoCommand(comment: CommentFacts, facts: CommandFacts): string | null {
  const { author } = comment
  if (comment.id <= facts.after) return 'it was there before orchestra looked'
  if (author === null) return 'nobody knows who wrote it'
  const isListed = isNamed(author, facts.only)
  // Any process with the token could have written it, also the daemon; a layout that names the account trusts its person.
  if (author.id === facts.identity?.id && (!isListed || parseMarker(comment.body) !== null))
    return `${author.login} is the account of the token, and not named in \`commands: { only: … }\``
  if (author.type !== 'User' || /\[bot\]$/i.test(author.login)) return `${author.login} is not a person`
  if (comment.app !== null) return `the app ${comment.app} wrote it`
  // Everybody who may write can edit it, and GitHub does not say who did.
  if (comment.createdAt !== comment.updatedAt) return 'it was edited: write a new comment'
  if (facts.now - Date.parse(comment.createdAt) > MAX_AGE_MS) return 'it is older than a day'
  if (facts.only.length > 0 && !isListed) return `${author.login} is not one of \`commands: { only: … }\``
  return null
}

/** By login or by number. */
export function isNamed({ login, id }: AuthorFacts, only: readonly string[]): boolean {
  return only.some((one) => one.toLowerCase() === login.toLowerCase() || one === String(id))
}

/** @param permission as the API says it now: `admin`, `write`, `read`, `none` */
export function isEnough(permission: string, from: GithubSpec['commands']['from']): boolean {
  return permission === 'admin' || (from === 'write' && permission === 'write')
}
