import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EventRow } from '../../../lib/core/protocol/status.js'
import type { TreesDocument } from '../../../lib/core/protocol/trees.js'
import { git, newCheckout } from '../../../spec/support/checkout.js'
import { makeCluster } from '../../../spec/support/cluster.js'
import { eventually } from '../../../spec/support/eventually.js'
import type { Experiment } from './experiment.js'

const [FILES, AWAY_MS] = [10_000, 30_000]

/** The cable is pulled while git writes files; afterwards the step is asked for again, and finds its files there. */
export const linkCut: Experiment = {
  number: 12,
  what: `the link to a host is cut during a checkout of ${FILES} files, for ${AWAY_MS / 1000} s`,
  run: async () => {
    const cluster = await makeCluster(['mugen'])
    const problems: string[] = []
    try {
      const { orchestra } = cluster
      const { sshd, network } = cluster.host('mugen')
      const app = join(sshd.home, 'app')
      newCheckout(app, { 'first.txt': 'first\n' })
      for (let n = 0; n < FILES; n += 1) writeFileSync(join(app, `f${n}.txt`), `${n} `.repeat(1200))
      git(app, 'add', '-A')
      git(app, 'commit', '-q', '-m', 'many')
      const layout = orchestra.write(
        'cut.yaml',
        `version: 1
session: cut
machines: { mugen: { kind: ssh, host: mugen } }
repositories: { app: { machine_paths: { mugen: ~/app } } }
trees: { app: { repository: app, size: 2, dir: ~/trees } }
tasks: { one: { title: One, machine: mugen, tree: app, command: 'echo one > one.txt && git add one.txt && git -c user.name=a -c user.email=a commit -qm one' } }
`,
      )
      await orchestra.ok('up', layout, '-d', '--wait')
      await orchestra.ok('run')
      const tree = () => join(sshd.home, 'trees', readdirSync(join(sshd.home, 'trees'))[0] ?? '', 'app.01')
      await eventually(() => statSync(join(tree(), 'f0.txt')), 120_000)
      network.cut()
      const cutAt = Date.now()
      await new Promise((resolve) => setTimeout(resolve, AWAY_MS))
      network.mend()
      const mendedAt = Date.now()
      await orchestra.untilStatus(({ tasks: [task] }) => {
        if (task?.status !== 'COMPLETED') throw new Error(`one is ${task?.status}: ${task?.reason}`)
        if (task.attempts !== 1) problems.push(`it took ${task.attempts} attempts`)
      }, 300_000)
      const events = await orchestra.json<EventRow[]>('events', '-n', '500')
      const count = (type: string) => events.filter((event) => event.type === type).length
      for (const type of ['tree.acquired', 'tree.ready'])
        if (count(type) !== 1) problems.push(`${count(type)} times ${type}`)
      const written = Array.from({ length: FILES }, (_, n) => statSync(join(tree(), `f${n}.txt`)).mtimeMs)
      const again = written.filter((at) => at > mendedAt).length
      const during = written.filter((at) => at > cutAt && at <= mendedAt).length
      const { slots, leaks } = await orchestra.json<TreesDocument>('trees')
      if (slots.length !== 1 || leaks.length > 0)
        problems.push(`${slots.length} slots, ${leaks.length} leaks`)
      const figures = `${during} files written while the link was away, ${again} after it came back; one tree, one attempt`
      return { figures, problems }
    } finally {
      await cluster.remove()
    }
  },
}
