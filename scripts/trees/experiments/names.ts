import { join } from 'node:path'
import { newCheckout } from '../../../spec/support/checkout.js'
import type { TreesDocument } from '../../../lib/core/protocol/trees.js'
import { Orchestra } from '../../../spec/support/orchestra.js'
import { finishedTasks } from '../../../spec/support/run-rig.js'
import type { Experiment } from './experiment.js'

/** A branch stands where the branch of an attempt has to be made; ids that differ in case and a long title are refused with the layout. */
export const names: Experiment = {
  number: 14,
  what: 'a branch below the name of an attempt, ids that differ in case, a title of 300 characters',
  run: async () => {
    const orchestra = new Orchestra()
    const problems: string[] = []
    const at = (name: string) => join(orchestra.work, name)
    const commit = 'git add -A && git -c user.name=a -c user.email=a commit -qm done'
    try {
      newCheckout(at('app'), { 'a.txt': 'a\n' })
      const write = (...tasks: readonly string[]) =>
        orchestra.write(
          'names.yaml',
          `version: 1
session: names
machines: { here: { kind: local } }
repositories: { app: { machine_paths: { here: ${at('app')} } } }
trees: { app: { repository: app, size: 2, dir: ${at('trees')} } }
tasks:
${tasks.join('\n')}
`,
        )
      const one = (id: string, title: string, command: string, more = '') =>
        `  ${id}: { title: '${title}', tree: app${more}, command: '${command}' }`
      const bad = await orchestra.run([
        'validate',
        write(one('a', 'long '.repeat(60).trim(), 'true'), one('A', 'Other', 'true')),
      ])
      for (const words of ['is too long', 'A and a differ only in upper and lower case'])
        if (!bad.stderr.includes(words)) problems.push(`validate does not say: ${words}`)
      const layout = write(
        one('a', 'A', `echo a > one.txt && ${commit}`),
        `  block: { title: Block, needs: [a], type: command, command: 'git --git-dir=$(echo ${at('trees')}/*/mirror.git) update-ref refs/heads/orchestra/names/b.1/mine refs/heads/orchestra/names/a.1' }`,
        one('b', 'B', 'true', ', needs: [block]'),
      )
      await orchestra.ok('up', layout, '-d', '--run')
      const tasks = await finishedTasks(orchestra, 120_000)
      const b = tasks.find(({ id }) => id === 'b')
      if (b?.status !== 'FAILED' || b.reason?.includes('orchestra/names/b.1/mine') !== true)
        problems.push(`b is ${b?.status}: ${b?.reason}`)
      const { slots } = await orchestra.json<TreesDocument>('trees')
      const busy = slots.filter(({ state }) => state !== 'free')
      if (busy.length > 0) problems.push(`${busy.length} slots are in use`)
      return {
        figures: `refused before a run: ${bad.stderr.trim().split('\n').slice(0, 2).join('; ')}; b: ${b?.reason}`,
        problems,
      }
    } finally {
      await orchestra.close()
    }
  },
}
