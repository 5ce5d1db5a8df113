/** An outbox over a real store, as a connection makes it. */
import type { OutboxRow } from '../../../lib/core/github/outbox-row.js'
import { checkedId } from '../../../lib/core/ids.js'
import { Outbox } from '../../../lib/daemon/github/outbox/outbox.js'
import type { OutboxNeeds } from '../../../lib/daemon/github/outbox/port.js'
import { authorFacts, repositoryFacts } from '../../../lib/github/decode.js'
import { openStore } from '../../../lib/store/open-store.js'
import type { SessionStore } from '../../../lib/store/port.js'
import { clientAt } from './emulated.js'
import { QUICK } from './quick-pace.js'

export interface OutboxPlace {
  readonly api: string
  readonly token: string
  readonly owner: string
  readonly repo: string
}

export interface OutboxRig {
  readonly outbox: Outbox
  readonly store: SessionStore
  readonly needs: OutboxNeeds
  readonly sent: OutboxRow[]
  readonly failures: unknown[]
  /** What its connection would have read at its first look. */
  readonly introduce: () => Promise<void>
  /** Until no row is on its way. */
  readonly drained: (withinMs?: number) => Promise<void>
  readonly close: () => void
}

export async function openOutbox(
  dir: string,
  { api, token, owner, repo }: OutboxPlace,
  more: Partial<OutboxNeeds> = {},
): Promise<OutboxRig> {
  const store = await openStore(dir, { now: Date.now, version: '0.0.0' })
  const pace = more.pace ?? QUICK
  const client = more.client ?? clientAt(api, token, pace)
  const sent: OutboxRow[] = []
  const failures: unknown[] = []
  let us: { id: number; login: string } | null = null
  let repository: number | null = null
  const needs: OutboxNeeds = {
    machine: checkedId('github'),
    client,
    pace,
    now: Date.now,
    store,
    settled: () => store.settled(),
    where: () => ({ owner, repo }),
    identity: () => us,
    repositoryId: () => repository,
    held: () => null,
    limits: { writesPerHour: 1_000_000, issuesPerRun: 1_000_000 },
    runStartedAt: () => null,
    issueOf: () => null,
    secrets: () => [token],
    sent: (row) => void sent.push(row),
    moved: () => undefined,
    changed: () => undefined,
    failed: (error) => void failures.push(error),
    ...more,
  }
  const outbox = new Outbox(needs)
  const introduce = async (): Promise<void> => {
    for (let i = 0; us === null || repository === null; i += 1) {
      if (i === 200) throw new Error('GitHub does not answer')
      const user = await client.get('/user', { params: {} })
      const found = await client.get('/repos/{owner}/{repo}', { params: { owner, repo } })
      if (user.kind === 'done') us = authorFacts(user.data)
      if (found.kind === 'done') repository = repositoryFacts(found.data)?.id ?? null
      if (us === null || repository === null) await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  const drained = async (withinMs = 20_000): Promise<void> => {
    const end = Date.now() + withinMs
    while (outbox.counts.pending + outbox.counts.uncertain > 0) {
      if (failures.length > 0) throw failures[0]
      if (Date.now() > end)
        throw new Error(JSON.stringify(outbox.rows.filter(({ state }) => state !== 'sent')))
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  const close = (): void => {
    outbox.stop()
    store.close()
  }
  return { outbox, store, needs, sent, failures, introduce, drained, close }
}
