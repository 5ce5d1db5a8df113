/** A pull request of a branch that was pushed: by the outbox of the connection whose repository that is. */
import { OrchestraError } from '../../core/errors.js'
import { keyOf, type Work } from '../../core/github/outbox-row.js'
import type { PullAnswer, PullAsk } from '../../core/merges/pull-ask.js'
import type { RunState } from '../../core/run/state.js'
import type { Connection } from './connection.js'

/** Ends when GitHub has it, or will not. Asked again, it is made once. */
export async function openPull(
  connections: readonly Connection[],
  ask: PullAsk,
  issues: RunState['issues'],
): Promise<PullAnswer> {
  const connection = connectionOf(connections, ask.remote)
  if (typeof connection === 'string') return { reason: connection }
  const { machine, spec, cache, writing } = connection
  if (spec.mode === 'read')
    return { reason: `${machine} is in mode read; \`mode: mirror\` in the layout allows it` }
  if (cache.poll.repository?.isPrivate === false && !spec.public)
    return { reason: `the repository is public, and ${machine} does not say \`public: true\`` }
  const { task, remote: _, ...pull } = ask
  const bound = issues.get(task)
  const work: Work = { ...pull, kind: 'pull', about: bound?.machine === machine ? bound.number : null }
  const key = keyOf(work)
  const { outbox } = writing
  if (outbox.row(key)?.state === 'refused') outbox.retry(key)
  outbox.enqueue(work, { urgent: true })
  const end = await outbox.ended(key)
  if (end === 'stopped')
    throw new OrchestraError(`the connection of ${machine} was ended`, { kind: 'unreachable' })
  if (end === null) return { reason: 'a person dropped it from the outbox' }
  const url = end.remote?.url
  return url == null ? { reason: end.reason ?? `GitHub refused it` } : { url }
}

/** The one of that repository; of an address that does not say one, the only one. A text: why there is none. */
function connectionOf(connections: readonly Connection[], remote: string): Connection | string {
  const name = repositoryIn(remote)
  const [first] = connections
  if (first === undefined) return 'no machine of `kind: github` is connected (`github:` in the layout)'
  if (name === null)
    return connections.length === 1 ? first : 'it does not say which of the connected repositories it is'
  const found = connections.find(({ repository, cache }) =>
    [repository, cache.poll.repository?.fullName].some((one) => one?.toLowerCase() === name.toLowerCase()),
  )
  const known = connections.map(({ machine, repository }) => `${machine} is ${repository}`).join(', ')
  return found ?? `it is ${name}, which no machine of the layout is connected to (${known})`
}

/** `owner/name` of an address as git takes it; null: it is a directory. */
export function repositoryIn(remote: string): string | null {
  if (/^(?:file:|[/.~])/.test(remote)) return null
  const [, owner, name] = /[/:]([^/:@]+)\/([^/:]+?)(?:\.git)?\/*$/.exec(remote) ?? []
  return owner === undefined || name === undefined ? null : `${owner}/${name}`
}
