/** E22, E29: what stands still is not dead: an agent, the tmux server of a host, the daemon itself. */
import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { readLedgers } from '../support/ledger-agent.js'
import { eventually } from '../support/eventually.js'
import { processesNaming } from '../support/processes.js'
import { finishedTasks, killLayout, withRunRig, type RunRig, onceProblems } from '../support/run-rig.js'
import { needsSshd } from '../support/sshd.js'

const STOPPED_MS = Number(process.env['STOPPED_MS'] ?? 30_000)

describe('SIGSTOP', function () {
  needsSshd(this)
  this.timeout(STOPPED_MS + 120_000)

  const TARGETS: Record<string, (rig: RunRig) => number[]> = {
    'an agent': (rig) => {
      const host = rig.sshds[0]?.dir ?? ''
      return processesNaming(host)
        .filter(({ args }) => /ledger-(?:tui|line)\.sh/.test(args))
        .map(({ pid }) => pid)
    },
    'the tmux server of a host': (rig) =>
      processesNaming(rig.sshds[0]?.dir ?? '')
        .filter(
          ({ args, pid }) =>
            args.includes('tmux') && readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('tmux: server'),
        )
        .map(({ pid }) => pid),
    'the daemon': (rig) => [rig.orchestra.daemonPid('stopped') ?? 0],
  }

  for (const [what, find] of Object.entries(TARGETS)) {
    it(`of ${what} for ${STOPPED_MS / 1000} s: everything goes on, nothing is started twice`, async () => {
      await withRunRig(1, async (rig) => {
        const { orchestra, ledgers } = rig
        const layout = orchestra.write('stopped.yaml', killLayout(rig, 'stopped', 6, 2))
        await orchestra.ok('up', layout, '-d', '--wait')
        const before = (await orchestra.status()).agents.map(({ id, pid, generation }) => ({
          id,
          pid,
          generation,
        }))
        await orchestra.ok('run')
        await eventually(() => readLedgers(ledgers).length > 0, 20_000)
        const pids = find(rig)
        expect(pids.length).to.be.greaterThan(0)
        let still = 0
        try {
          for (const pid of pids) process.kill(pid, 'SIGSTOP')
          await new Promise((resolve) => setTimeout(resolve, STOPPED_MS))
          still = pids.filter((pid) =>
            /^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')),
          ).length
        } finally {
          for (const pid of pids) process.kill(pid, 'SIGCONT')
        }
        const since = performance.now()
        const tasks = await finishedTasks(orchestra, 90_000)
        console.log(
          `${what === 'the daemon' ? 'E29' : 'E22'}: ${what} (${pids.length}) stopped, ${still} still so after ${STOPPED_MS / 1000} s; the run ended ${((performance.now() - since) / 1000).toFixed(0)} s after`,
        )
        expect(onceProblems(tasks, ledgers)).to.deep.equal([])
        expect(
          (await orchestra.status()).agents.map(({ id, pid, generation }) => ({ id, pid, generation })),
        ).to.deep.equal(before)
      })
    })
  }
})
