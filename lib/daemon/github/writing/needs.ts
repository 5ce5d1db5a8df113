/** What writing needs of its connection. */
import { OrchestraError } from '../../../core/errors.js'
import type { MilestoneFacts } from '../../../core/github/model.js'
import type { GithubSpec } from '../../../core/github/spec.js'
import type { GithubClient } from '../../../github/client.js'
import type { Pace } from '../../../github/pace.js'
import type { Kernel } from '../../kernel/kernel.js'
import type { Where } from '../outbox/port.js'

export interface WritingNeeds {
  readonly kernel: Pick<Kernel, 'loop' | 'clock' | 'log' | 'store' | 'changed'>
  readonly spec: GithubSpec
  readonly client: GithubClient
  readonly pace: Pace
  readonly zone: () => string
  readonly where: () => Where
  readonly identity: () => { readonly id: number; readonly login: string } | null
  readonly repositoryId: () => number | null
  /** null: it was not seen yet. */
  readonly isPublic: () => boolean | null
  /** Of the scope's milestone. */
  readonly milestone: () => number | null
  readonly milestones: () => readonly Pick<MilestoneFacts, 'number' | 'title'>[]
  /** Of an issue, in GitHub's database, as far as it was read. */
  readonly databaseId: (issue: number) => number | null
  readonly secrets: () => readonly string[]
  readonly moved: () => void
}

/** What a person asked for writes, and that connection only reads. */
export function demandMirror({ spec }: Pick<WritingNeeds, 'spec'>, what: string): void {
  if (spec.mode === 'mirror') return
  throw new OrchestraError(`${what} writes to GitHub, and ${spec.machine} is in mode read`, {
    kind: 'refused',
    hint: '`mode: mirror` in the layout allows it.',
  })
}
