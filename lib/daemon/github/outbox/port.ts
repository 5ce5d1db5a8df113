/** What the outbox needs of its connection. */
import type { MachineId } from '../../../core/ids.js'
import type { OutboxRow } from '../../../core/github/outbox-row.js'
import type { GithubClient } from '../../../github/client.js'
import type { Pace } from '../../../github/pace.js'
import type { Facts } from '../../../store/port.js'

export interface Where {
  readonly owner: string
  readonly repo: string
}

export interface OutboxNeeds {
  readonly machine: MachineId
  readonly client: GithubClient
  readonly pace: Pace
  readonly now: () => number
  readonly store: { readonly id: string; readonly facts: Facts }
  /** As `Loop.settled`: nothing leaves before what it follows from is durable. */
  readonly settled: () => Promise<void> | null
  /** What the repository is called now. */
  readonly where: () => Where
  /** Whom the token belongs to, and the repository's own number; null: it is not known yet, and nothing leaves. */
  readonly identity: () => { readonly id: number; readonly login: string } | null
  readonly repositoryId: () => number | null
  /** Why nothing may be written now; null: it may. */
  readonly held: () => string | null
  readonly limits: { readonly writesPerHour: number; readonly issuesPerRun: number }
  /** When the present run began; null: there is none. */
  readonly runStartedAt: () => number | null
  /** The issue of what another one needs; null: it has none. `coming`: it will have one. */
  readonly issueOf: (subject: string) => number | 'coming' | null
  /** Values that must never leave. */
  readonly secrets: () => readonly string[]
  /** A row was sent, at last. */
  readonly sent: (row: OutboxRow) => void
  /** The repository is elsewhere now. */
  readonly moved: () => void
  /** Counts or states have changed. */
  readonly changed: () => void
  readonly failed: (error: unknown) => void
}
