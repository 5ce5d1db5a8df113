/** The end of a command task that was cancelled: not before its process is gone, whatever that ignores. */
import { expect } from 'chai'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../support/eventually.js'
import { Orchestra } from '../support/orchestra.js'
import { processesNaming } from '../support/processes.js'

const STUBBORN = `trap '' HUP TERM; while :; do sleep 0.1; done`

describe('a command task', function () {
  this.timeout(90_000)
  let orchestra: Orchestra

  before(() => {
    orchestra = new Orchestra()
  })
  after(() => orchestra.close())

  it('counts as cancelled when its process is gone, and leaves nothing on its machine', async () => {
    const layout = orchestra.write(
      'commands.yaml',
      `version: 1
session: commands
agents: { A: { type: command, command: [cat] } }
tasks:
  stubborn: { type: command, machine: local, command: "${STUBBORN} # ${orchestra.dir}" }
`,
    )
    const processes = () => processesNaming(orchestra.dir).filter(({ args }) => args.startsWith('sh -c trap'))
    await orchestra.ok('up', layout, '-d', '--run')
    await eventually(() => expect(processes()).to.have.length(1))
    await orchestra.ok('cancel', 'stubborn')
    const livedOn = await orchestra.untilStatus(({ tasks }) => {
      const lives = processes()
      if (tasks[0]?.status !== 'CANCELLED') throw new Error(`not cancelled: ${JSON.stringify(tasks)}`)
      return lives
    }, 30_000)
    expect(livedOn).to.deep.equal([])
    const hosts = join(orchestra.state, 'hosts')
    const left = () => readdirSync(hosts, { recursive: true }).map(String)
    await eventually(() => expect(left().filter((path) => path.endsWith('.job'))).to.deep.equal([]))
  })
})
