import type { MergeStep } from '../../core/merges/merge-step.js'
import type { MergeSpec } from '../../core/merges/spec.js'
import { checkCommands } from '../jobs/check-commands.js'
import { nonceOf } from '../jobs/nonce.js'
import { hostOf } from '../machines/host-of.js'
import { treeEnv } from '../../core/run/index/agent-tree.js'
import type { MergeNeeds } from './merge-needs.js'

const VERIFY_MS = 60 * 60_000

/** The commands of the queue, in a tree that holds exactly the commit that would land. Each run has keys of its own. */
export async function verifyLinks(
  spec: MergeSpec,
  { batch, links, run, isProbe, slot }: Extract<MergeStep, { kind: 'verify' }>,
  needs: MergeNeeds,
): Promise<void> {
  const { loop, clock, store } = needs.kernel
  const tree = loop.state.slots.get(slot)
  if (tree?.path == null) return
  const name = `merge.${spec.id}.${batch}.${isProbe ? 'probe-' : ''}${links}.${run}`
  const commands = {
    commands: spec.verify,
    keyOf: (at: number) => `${name}.verify-${at + 1}`,
    cwd: tree.path,
    env: treeEnv(tree),
    nonce: nonceOf(`${store.id} ${name}`),
    timeoutMs: VERIFY_MS,
  }
  await checkCommands(hostOf(needs, spec.machine), commands, { loop, jobs: needs.jobs }, (checks) => {
    const ok = checks.every((check) => check.ok)
    const event = { at: clock.now(), merge: spec.id, batch, links, ok }
    loop.dispatch(
      isProbe ? { type: 'merge.probed', ...event } : { type: 'merge.verified', ...event, checks },
      { type: 'tree.given_back', at: clock.now(), slot },
    )
  })
}
