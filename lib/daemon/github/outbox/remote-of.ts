import type { Remote } from '../../../core/github/outbox-row.js'

/** What stands on GitHub, as an issue, a pull request or a comment says it. */
export function remoteOf({
  id,
  number = null,
  url,
}: Pick<Remote, 'id' | 'url'> & { readonly number?: number | null }): Remote {
  return { id, number, url }
}
