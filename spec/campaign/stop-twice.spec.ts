/** E64: tasks, agents, everything stopped while it starts, twice and at once: no error but "it is not there", nothing left. */
import { expect } from 'chai'
import { eventually } from '../support/eventually.js'
import { killLayout, withRunRig } from '../support/run-rig.js'
import { needsSshd } from '../support/sshd.js'

const ROUNDS = Number(process.env['ROUNDS'] ?? 6)

describe('stopping', function () {
  needsSshd(this)
  this.timeout(60_000 + ROUNDS * 30_000)

  it('twice, at once, while it starts', async () => {
    await withRunRig(1, async (rig) => {
      const { orchestra } = rig
      const layout = orchestra.write('twice.yaml', killLayout(rig, 'twice', 6, 1))
      const bad: string[] = []
      const run = async (...args: string[]) => {
        const { code, stderr } = await orchestra.run(args, { timeoutMs: 60_000 })
        if (code === null || /bug| at .*:\d+:\d+/.test(stderr))
          bad.push(`${args.join(' ')}: ${code} ${stderr}`)
        return code
      }
      for (let round = 0; round < ROUNDS; round++) {
        const up = run('up', layout, '-d', '--run')
        await new Promise((resolve) => setTimeout(resolve, round * 250))
        await Promise.all([
          run('stop', 'TUI-1-0'),
          run('stop', 'TUI-1-0'),
          run('cancel', 'T0'),
          run('cancel', 'T0'),
          run('restart', 'LINE-1-0'),
        ])
        await up
        await Promise.all([run('down'), run('down')])
        await eventually(async () => {
          // Whoever came after the first down may have made the session again.
          if (orchestra.daemonPid('twice') !== undefined) await run('down')
          const agents = orchestra.leftovers().filter((one) => !one.includes('sshd'))
          expect(agents).to.deep.equal([])
        }, 20_000)
      }
      console.log(`E64: ${ROUNDS} rounds of nine verbs at once`)
      expect(bad).to.deep.equal([])
    })
  })
})
