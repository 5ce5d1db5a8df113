/** Pull requests of merge queues that others merged, or closed: from what was polled, so that each look finds what one before missed. */
import type { MergeEntry } from '../../core/merges/records.js'
import type { GithubClient } from '../../github/client.js'
import { pullFacts } from '../../github/decode.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Where } from './outbox/port.js'
import type { RepositoryCache } from './repository-cache.js'

export async function findClosedPulls(
  kernel: Pick<Kernel, 'loop' | 'clock' | 'dispatch'>,
  {
    cache,
    client,
    where,
  }: { readonly cache: RepositoryCache; readonly client: GithubClient; readonly where: Where },
): Promise<void> {
  const { loop, clock } = kernel
  const waiting = [...loop.state.merges.values()].flatMap(({ id, entries }) =>
    [...entries.values()].filter(isOpen).map((entry) => ({ merge: id, ...entry })),
  )
  if (waiting.length === 0) return
  const closed = new Map(
    [...cache.issues.values()]
      .filter(({ isPullRequest, state }) => isPullRequest && state === 'closed')
      .map(({ url, number }) => [url, number]),
  )
  for (const { merge, task, url } of waiting) {
    const number = closed.get(url ?? '')
    if (number === undefined) continue
    const params = { ...where, pull_number: number }
    const answer = await client.get('/repos/{owner}/{repo}/pulls/{pull_number}', { params })
    const pull = answer.kind === 'done' ? pullFacts(answer.data) : null
    if (pull?.state !== 'closed' || pull.url !== url) continue
    const { into, merged } = pull
    kernel.dispatch({ type: 'merge.closed', at: clock.now(), merge, task, url, into, oid: merged })
  }
}

const isOpen = ({ status, url }: MergeEntry) => status === 'offered' && url !== null
