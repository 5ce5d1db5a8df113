/** One connection on a rig's kernel, to the fake GitHub. Looks are made when the spec asks for one. */
import type { CommentFacts, IssueFacts } from '../../../lib/core/github/model.js'
import type { GithubSpec } from '../../../lib/core/github/spec.js'
import { checkedId } from '../../../lib/core/ids.js'
import { PLAIN_LAYOUT } from '../../../lib/core/layout/plain-layout.js'
import { DAEMON } from '../../../lib/core/principal.js'
import type { Layout, TaskSpec } from '../../../lib/core/layout/model.js'
import { Connection } from '../../../lib/daemon/github/connection.js'
import { Lane } from '../../../lib/github/lane.js'
import type { KernelRig } from '../kernel-rig.js'
import { withKernel } from '../kernel-rig.js'
import { withFakeGithub, type FakeGithub } from './fake-github.js'
import { QUICK } from './quick-pace.js'
import { githubSpec } from './spec-of.js'

export interface ConnectionRig {
  readonly github: FakeGithub
  readonly kernel: KernelRig
  /** As a daemon that begins: a new connection over the same store. */
  readonly connect: () => Connection
  readonly seen: { readonly issues: IssueFacts[]; readonly comments: CommentFacts[] }
}

export function withConnection(
  use: (rig: ConnectionRig) => Promise<void>,
  {
    tasks = [],
    spec: more = {},
  }: { readonly tasks?: readonly TaskSpec[]; readonly spec?: Partial<GithubSpec> } = {},
): Promise<void> {
  return withFakeGithub((github) =>
    withKernel(async (kernel) => {
      const spec = githubSpec({ api: github.url, token: { kind: 'env', name: 'TOKEN' }, ...more })
      kernel.loop.dispatch({
        type: 'layout.applied',
        at: kernel.at,
        layout: layoutOf(spec, tasks),
        by: DAEMON,
        revive: false,
      })
      const seen = { issues: [] as IssueFacts[], comments: [] as CommentFacts[] }
      const made: Connection[] = []
      const connect = () => {
        const connection = new Connection({
          kernel,
          spec,
          repository: 'owner/name',
          env: () => ({ TOKEN: 'token-of-orchestra' }),
          lane: new Lane(QUICK, Date.now),
          pace: QUICK,
          userAgent: 'spec',
          zone: () => 'UTC',
          outbox: () => ({ pending: 0, uncertain: 0, refused: 0 }),
          changed: (_, issues, comments) => {
            seen.issues.push(...issues)
            seen.comments.push(...comments)
          },
        })
        made.push(connection)
        return connection
      }
      try {
        await use({ github, kernel, connect, seen })
      } finally {
        for (const one of made) one.stop()
      }
    }),
  )
}

function layoutOf(spec: GithubSpec, tasks: readonly TaskSpec[]): Layout {
  const machine = {
    id: spec.machine,
    layer: null,
    code: 'GH',
    label: null,
    repo: null,
    capacity: null,
    maxLoad: null,
    kind: 'github',
    repository: 'owner/name',
  } as const
  return { ...PLAIN_LAYOUT, session: checkedId('rig'), machines: [machine], tasks, github: [spec] }
}
