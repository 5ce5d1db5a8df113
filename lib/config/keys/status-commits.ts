/** `status_commits:`. */
import * as z from 'zod'
import type { MachineId } from '../../core/ids.js'
import {
  NO_STATUS_COMMITS,
  STATUS_COMMIT_REASONS,
  type StatusCommitSpec,
} from '../../core/status-commits/spec.js'
import { keys, whole, type Docs, type Values } from './key.js'
import { flag, id, line } from './kinds.js'
import { textsOf } from './read.js'

export const statusCommits = keys(() => ({
  on: {
    schema: () => z.union([z.enum(STATUS_COMMIT_REASONS), z.array(z.enum(STATUS_COMMIT_REASONS))]),
    read: (value: unknown) => STATUS_COMMIT_REASONS.filter((reason) => textsOf(value).includes(reason)),
  },
  machine: id<MachineId>(),
  branch: line(200),
  allow_empty: flag(),
}))

export const STATUS_COMMIT_DOCS: Docs<typeof statusCommits> = {
  on: '`phase`: when a phase is complete, what is staged in the `repo` of that machine is committed as `[L2][MU] status(PHASE): …`',
  machine: 'whose `repo`; default: the local machine',
  branch: 'refused where another branch is checked out; default `main`',
  allow_empty: '`true`: a commit also where nothing is staged',
}

export function expandStatusCommits({
  on,
  machine,
  branch,
  allow_empty,
}: Values<typeof statusCommits>): StatusCommitSpec {
  return whole<StatusCommitSpec>()({
    on,
    machine,
    branch: branch ?? NO_STATUS_COMMITS.branch,
    allowEmpty: allow_empty,
  })
}
