/** E60: one host answers after 300 ms, the other at once: the slow one is used, and nobody waits for it. */
import { expect } from 'chai'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { ledgerProblems, readLedgers } from '../support/ledger-agent.js'
import { finishedTasks, withRunRig } from '../support/run-rig.js'
import { needsSshd } from '../support/sshd.js'
import { startTcpProxy } from '../support/tcp-proxy.js'

describe('a slow host', function () {
  needsSshd(this)
  this.timeout(120_000)

  it('does its tasks, and those of the other one are not later for it', async () => {
    await withRunRig(2, async (rig) => {
      const { orchestra, sshds, agents, ledgers } = rig
      const [slow, quick] = sshds
      if (slow === undefined || quick === undefined) throw new Error('there are no hosts')
      const proxy = await startTcpProxy({ port: slow.port })
      proxy.delayMs = 150
      try {
        appendFileSync(
          join(orchestra.env['HOME'] ?? '', '.ssh/known_hosts'),
          `[127.0.0.1]:${proxy.port} ${slow.hostKey}\n`,
        )
        const layout = orchestra.write(
          'slow.yaml',
          `version: 1
session: slow
machines:
  here: { kind: local }
${rig.machines.replace(`port: ${slow.port}`, `port: ${proxy.port}`)}
agent_types:
  line: { extends: command, command: [sh, ${agents.line}], env: { LEDGER_SECONDS: "0.5" } }
agents:
  SLOW: { type: line, machine: h1, role: slow, env: { LEDGER: ${ledgers[0]} } }
  QUICK: { type: line, machine: h2, role: quick, env: { LEDGER: ${ledgers[1]} } }
tasks:
${[0, 1, 2, 3].map((i) => `  s${i}: { title: s, role: slow }\n  q${i}: { title: q, role: quick }`).join('\n')}
`,
        )
        await orchestra.ok('up', layout, '-d', '--wait', '--run')
        const tasks = await finishedTasks(orchestra, 60_000)
        const entries = readLedgers(ledgers)
        expect(
          ledgerProblems(
            entries,
            tasks.map(({ id }) => id),
          ),
        ).to.deep.equal([])
        const lasted = (letter: string) => {
          const own = entries.filter((entry) => entry.task.startsWith(letter))
          return (own.at(-1)?.at ?? 0) - (own[0]?.at ?? 0)
        }
        console.log(
          `E60: four tasks of half a second: ${lasted('q').toFixed(1)} s on the quick host, ${lasted('s').toFixed(1)} s on the slow one`,
        )
        expect(lasted('q')).to.be.lessThan(lasted('s'))
      } finally {
        await proxy.stop()
      }
    })
  })
})
