import type { Remote } from '../../../core/github/outbox-row.js'

/** How the outbox names an issue, a pull request or a comment on GitHub. */
export function remoteOf({
  id,
  number = null,
  url,
}: Pick<Remote, 'id' | 'url'> & { readonly number?: number | null }): Remote {
  return { id, number, url }
}
