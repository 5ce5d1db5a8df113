/** About merge queues. */
import { expect } from 'chai'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { git, newCheckout } from '../support/checkout.js'
import { eventually } from '../support/eventually.js'
import { fixWorks, type Ground } from '../support/fix-works.js'
import { Orchestra } from '../support/orchestra.js'

describe('the commands that are printed about merging', function () {
  this.timeout(120_000)
  let here: Orchestra
  let ground: Ground
  const closed = () => join(here.work, 'closed')

  beforeEach(() => {
    here = new Orchestra()
    ground = { env: here.env, cwd: here.work }
  })
  afterEach(async () => {
    await here.run(['down'])
    await here.close()
  })

  /** `verify` of the queue is `check`; @returns what `status` says once the branch is stuck */
  async function stuckBy(check: string): Promise<string> {
    writeFileSync(closed(), '')
    newCheckout(join(here.work, 'app'), { 'first.txt': 'first\n' })
    here.write(
      'orchestra.yaml',
      `version: 1
session: fix
repositories: { app: { machine_paths: { here: ${here.work}/app } } }
machines: { here: { kind: local } }
trees: { app: { repository: app, size: 2, dir: ${here.work}/wood } }
merges: { queue: { pool: app, verify: ['${check}'] } }
tasks: { one: { title: One, tree: app, command: "echo one > one.txt && git add -A && git -c user.name=a -c user.email=a commit -qm one" } }
`,
    )
    await here.ok('up', '-d', '--run')
    await here.untilStatus(
      ({ summary }) => summary.attention.some(({ kind }) => kind === 'merge_stuck'),
      60_000,
    )
    return here.ok('status')
  }

  async function landed(): Promise<void> {
    await eventually(async () => {
      const { tasks, summary } = await here.status()
      expect(tasks[0]?.landed?.into).to.equal('main')
      expect(summary.attention).to.deep.equal([])
    })
    expect(git(join(here.work, 'app'), 'log', '--format=%s')).to.equal('first')
  }

  fixWorks('merge.task', 'a branch is red with the target', async (follow) => {
    const said = await stuckBy(`test ! -e one.txt || test ! -e ${closed()}`)
    expect(said).to.contain('queue → main')
    rmSync(closed())
    const { code, output } = await follow(said, ground)
    expect(code, output).to.equal(0)
    expect(output).to.contain('one: landed in main')
    await landed()
  })

  fixWorks('merge.all', 'the target itself is red', async (follow) => {
    const said = await stuckBy(`test ! -e ${closed()}`)
    expect(said).to.contain('queue → main held')
    rmSync(closed())
    const { code, output } = await follow(said, ground)
    expect(code, output).to.equal(0)
    await landed()
  })
})
