/** The writing of a run over a real loop and store, against a GitHub that the spec plays. */
import { expect } from 'chai'
import {
  attemptId,
  checkedId,
  parsePaneId,
  type AttemptId,
  type MachineId,
  type TaskId,
} from '../../../lib/core/ids.js'
import type { GithubSpec } from '../../../lib/core/github/spec.js'
import type { Layout } from '../../../lib/core/layout/model.js'
import type { RunEvent } from '../../../lib/core/run/events.js'
import type { Timeless } from '../../../lib/core/run/actions.js'
import { Writing } from '../../../lib/daemon/github/writing/writing.js'
import { layoutOf, type LayoutInit } from '../../../lib/simulate/layout-of.js'
import { clientAt } from './emulated.js'
import { withFakeGithub, type FakeGithub } from './fake-github.js'
import type { FakeRepository } from './fake-world.js'
import { QUICK } from './quick-pace.js'
import { githubSpec } from './spec-of.js'
import { AGENT, MACHINE, NONCE } from '../agent-at-work.js'
import { eventually } from '../eventually.js'
import { withKernel, type KernelRig } from '../kernel-rig.js'
import { PERSON } from '../principals.js'

const HUB = checkedId<MachineId>('github')

export interface Place {
  readonly github: FakeGithub
  readonly repository: FakeRepository
  readonly kernel: KernelRig
  readonly writing: Writing
  readonly apply: (init: LayoutInit) => void
  /** As the fold is told of it, now. */
  readonly happens: (event: Timeless<RunEvent>) => void
  readonly drained: () => Promise<void>
}

export async function withWriting(
  spec: Partial<GithubSpec>,
  use: (place: Place) => Promise<void>,
): Promise<void> {
  await withFakeGithub((github) => withWritingAt(github, spec, use))
}

/** One more of them, with a store of its own, on a GitHub that is there. */
export async function withWritingAt(
  github: FakeGithub,
  spec: Partial<GithubSpec>,
  use: (place: Place) => Promise<void>,
): Promise<void> {
  await withKernel(async (kernel) => {
    const repository = github.world.find('owner/name') ?? github.repository()
    kernel.at = Date.now()
    const connection = githubSpec({ ...spec, machine: HUB, api: github.url })
    const client = clientAt(github.url, 'token-of-orchestra')
    await client.get('/user', { params: {} })
    const clock = { now: Date.now }
    const { loop, log, store } = kernel
    const writing = new Writing({
      kernel: { loop, log, store, clock, changed: () => undefined },
      spec: connection,
      client,
      pace: QUICK,
      zone: () => 'UTC',
      where: () => ({ owner: 'owner', repo: 'name' }),
      identity: () => github.me,
      repositoryId: () => repository.id,
      isPublic: () => !repository.isPrivate,
      milestone: () => null,
      milestones: () => [],
      databaseId: (number) => repository.issues.get(number)?.id ?? null,
      secrets: () => ['token-of-orchestra'],
      moved: () => undefined,
    })
    const happens = (event: Timeless<RunEvent>) => {
      loop.dispatch({ ...event, at: Date.now() })
      writing.changed()
    }
    const apply = (init: LayoutInit) => {
      const plain = layoutOf({ agents: { A: {} }, ...init })
      const base = { layer: null, code: 'GH', label: null, repo: null, capacity: null, maxLoad: null }
      const hub = { ...base, id: HUB, kind: 'github' as const, repository: 'owner/name' }
      const layout: Layout = { ...plain, machines: [...plain.machines, hub], github: [connection] }
      happens({ type: 'layout.applied', layout, revive: false, by: PERSON })
      happens({ type: 'run.started', by: PERSON })
    }
    const drained = () =>
      eventually(async () => {
        writing.changed()
        await new Promise((resolve) => setTimeout(resolve, 250))
        expect(writing.counts).to.include({ pending: 0, uncertain: 0 })
        expect(writing.plan()).to.deep.equal([])
      })
    writing.start()
    try {
      await use({ github, repository, kernel, writing, apply, happens, drained })
      expect(github.problems).to.deep.equal([])
    } finally {
      writing.stop()
    }
  })
}

/** The agent `A` lives, and may be given tasks. */
export function agentComes({ happens }: Place): void {
  const [agent, machine] = [AGENT, MACHINE]
  happens({ type: 'machine.changed', machine, state: 'online', reason: null })
  happens({ type: 'agent.starting', agent, generation: 1, machine })
  happens({ type: 'agent.started', agent, generation: 1, machine, pid: 7, pane: parsePaneId('%3')! })
}

/** `A` works on it. @returns the attempt. */
export function begins({ happens, kernel }: Place, id: string): AttemptId {
  const task = checkedId<TaskId>(id)
  const attempt = attemptId(task, (kernel.loop.state.tasks.get(task)?.attempts.length ?? 0) + 1)
  happens({
    type: 'attempt.started',
    attempt,
    task,
    agent: AGENT,
    generation: 1,
    machine: MACHINE,
    nonce: NONCE,
    random: 0,
    headless: false,
  })
  happens({ type: 'attempt.running', attempt, pid: null, unconfirmed: '' })
  return attempt
}

/** Its proof came, and its checks passed. */
export function completes({ happens }: Place, attempt: AttemptId, text: string): void {
  happens({
    type: 'attempt.proved',
    attempt,
    proof: { kind: 'report', outcome: 'done', text, exitCode: null },
  })
  happens({
    type: 'attempt.verified',
    attempt,
    ok: true,
    checks: [{ command: 'make test', ok: true, exitCode: 0, output: '', durationMs: 5 }],
    missingOutputs: [],
    outputs: ['dist/app.zip'],
    work: null,
    escapes: [],
  })
}
