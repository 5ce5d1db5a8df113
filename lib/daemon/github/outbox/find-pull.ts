/** The open pull request of a branch. GitHub allows one for each branch and target, so that what it has is the one. */
import type { Remote, Work } from '../../../core/github/outbox-row.js'
import { pullFacts } from '../../../github/decode.js'
import type { OutboxNeeds } from './port.js'
import { remoteOf } from './remote-of.js'

/** null: there is none, or GitHub did not say. */
export async function findPull(
  { branch, into }: Extract<Work, { kind: 'pull' }>,
  { client, where }: OutboxNeeds,
): Promise<Remote | null> {
  const found = await client.get('/repos/{owner}/{repo}/pulls', {
    params: where(),
    query: { state: 'open', head: `${where().owner}:${branch}`, base: into, per_page: 100 },
  })
  if (found.kind !== 'done') return null
  for (const data of found.data) {
    const pull = pullFacts(data)
    if (pull?.branch === branch && pull.into === into) return remoteOf(pull)
  }
  return null
}
