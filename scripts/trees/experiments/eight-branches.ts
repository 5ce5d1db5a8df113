import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EventRow } from '../../../lib/core/protocol/status.js'
import { newCheckout } from '../../../spec/support/checkout.js'
import { Orchestra } from '../../../spec/support/orchestra.js'
import { resolvingWorker } from '../../support/resolving-worker.js'
import type { Experiment } from './experiment.js'

const FINE = ['one', 'two', 'three', 'four']
/** In the batch of those that merge: once, once more for a flaky test, and what halving takes twice each. */
const MOST_RUNS = 1 + 1 + 2 * Math.ceil(Math.log2(7))

const WORKER = resolvingWorker({ work: 'echo conflict > one.txt', resolved: 'one and conflict' })

/** Two are red together, one is flaky, one conflicts and becomes a task for its agent. */
export const eightBranches: Experiment = {
  number: 9,
  what: 'eight branches: one conflicts, one is red together with another, one is flaky',
  run: async () => {
    const orchestra = new Orchestra()
    const problems: string[] = []
    const at = (name: string) => join(orchestra.work, name)
    try {
      newCheckout(at('app'), {
        'check.sh':
          'echo run >> "$RUNS"\ntest ! -e flaky.txt || ! mkdir "$RUNS.once" 2>/dev/null || exit 1\ntest ! -e left.txt || test ! -e right.txt\n',
      })
      const worker = orchestra.write('worker.sh', WORKER)
      chmodSync(worker, 0o755)
      const names = [...FINE, 'left', 'right', 'flaky']
      const task = (id: string, n: number) =>
        `  ${id}: { title: ${id}, tree: app, priority: ${n + 1}, command: 'echo ${id} > ${id}.txt && git add -A && git -c user.name=a -c user.email=a commit -qm ${id}' }`
      const layout = orchestra.write(
        'eight.yaml',
        `version: 1
session: eight
machines: { here: { kind: local } }
repositories: { app: { machine_paths: { here: ${at('app')} } } }
trees: { app: { repository: app, size: 4, dir: ${at('trees')} } }
merges: { app: { batch: 8, verify: ['RUNS=${at('runs')} sh check.sh'] } }
agents: { W: { type: command, command: [sh, ${worker}], tree: app } }
tasks:
${names.map(task).join('\n')}
  conflict: { title: conflict, agent: W, priority: 9, prompt: change one.txt }
  land: { title: land, type: merge, tree: app, needs: [${names.join(', ')}, conflict] }
`,
      )
      await orchestra.ok('up', layout, '-d')
      await orchestra.run(['run', '--wait'], { timeoutMs: 600_000 })
      const { merges, tasks } = await orchestra.status()
      const [queue] = merges
      const landed = new Set(queue?.landed)
      for (const id of [...FINE, 'left', 'flaky', 'conflict'])
        if (!landed.has(id)) problems.push(`${id} did not land`)
      const refused = queue?.problems.map(({ task: id, against }) => `${id} with ${against.join(', ')}`) ?? []
      if (refused.join() !== 'right with left') problems.push(`refused: ${refused.join('; ')}`)
      const resolver = tasks.find(({ id }) => id === 'conflict-merge-1')
      if (resolver?.status !== 'COMPLETED') problems.push(`conflict-merge-1 is ${resolver?.status}`)
      const context = await orchestra.ok('context', 'conflict-merge-1')
      if (!context.includes('one.txt')) problems.push('the conflict is not told with its files')
      const events = await orchestra.json<EventRow[]>('events', '-n', '3000')
      const first = events.findIndex(({ type }) => type === 'merge.rejected')
      const found = events.slice(0, first).filter(({ type }) => type === 'merge.verified').length
      const probes = events.slice(0, first).filter(({ type }) => type === 'merge.probed').length
      if (found > MOST_RUNS) problems.push(`${found} verifications until the breaker was known`)
      const all = readFileSync(at('runs'), 'utf8').trim().split('\n').length
      const figures = `${landed.size} of 8 landed, refused: ${refused.join('; ')}; ${found} verifications (at most ${MOST_RUNS}) and ${probes} probes until that was known, ${all} in all`
      return { figures, problems }
    } finally {
      await orchestra.close()
    }
  },
}
