/** One connection on a rig's kernel, to the fake GitHub. Looks are made when the spec asks for one. */
import type { CommentFacts, IssueFacts } from '../../../lib/core/github/model.js'
import type { GithubSpec } from '../../../lib/core/github/spec.js'
import { checkedId } from '../../../lib/core/ids.js'
import { PLAIN_LAYOUT } from '../../../lib/core/layout/plain-layout.js'
import { DAEMON, formatPrincipal } from '../../../lib/core/principal.js'
import type { Layout } from '../../../lib/core/layout/model.js'
import { Connection } from '../../../lib/daemon/github/connection.js'
import { tellGone, tellSeen } from '../../../lib/daemon/github/seen-issues.js'
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
  /** Requests that commands became. */
  readonly asked: readonly Asked[]
  readonly receipts: readonly (readonly [comment: number, content: string])[]
  /** Issues that are not in the repository any more. */
  readonly missing: readonly (readonly [number: number, why: string])[]
  readonly seen: { readonly issues: IssueFacts[]; readonly comments: CommentFacts[] }
}

interface Asked {
  readonly by: string
  readonly method: string
  readonly path: string
  readonly body: unknown
}

interface RigOptions {
  readonly layout?: Partial<Layout>
  readonly spec?: Partial<GithubSpec>
  /** What becomes of a request that a command becomes. */
  readonly answer?: (path: string) => Promise<unknown>
}

export function withConnection(
  use: (rig: ConnectionRig) => Promise<void>,
  { layout = {}, spec: more = {}, answer = () => Promise.resolve() }: RigOptions = {},
): Promise<void> {
  return withFakeGithub((github) =>
    withKernel(async (kernel) => {
      const spec = githubSpec({ api: github.url, token: { kind: 'env', name: 'TOKEN' }, ...more })
      kernel.loop.dispatch({
        type: 'layout.applied',
        at: kernel.at,
        layout: layoutOf(spec, layout),
        by: DAEMON,
        revive: false,
      })
      const seen = { issues: [] as IssueFacts[], comments: [] as CommentFacts[] }
      const made: Connection[] = []
      const asked: Asked[] = []
      const receipts: [number, string][] = []
      const missing: [number, string][] = []
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
          ask: (by, method, path, body) => {
            asked.push({ by: formatPrincipal(by), method, path, body })
            return answer(path)
          },
          receipt: (comment, content) => receipts.push([comment, content]),
          gone: (number, gone) => {
            missing.push([number, gone.why])
            tellGone(kernel, spec.machine, number, gone)
          },
          changed: (issues, comments) => {
            tellSeen(kernel, spec.machine, issues)
            seen.issues.push(...issues)
            seen.comments.push(...comments)
          },
        })
        made.push(connection)
        return connection
      }
      try {
        await use({ github, kernel, connect, seen, asked, receipts, missing })
      } finally {
        for (const one of made) one.stop()
      }
    }),
  )
}

function layoutOf(spec: GithubSpec, more: Partial<Layout>): Layout {
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
  return { ...PLAIN_LAYOUT, session: checkedId('rig'), machines: [machine], github: [spec], ...more }
}
