/** A tmux server that hangs, here and on a host, is named within seconds, and nothing is lost by it. */
import { spawnSync } from 'node:child_process'
import { expect } from 'chai'
import { withRunRig } from '../support/run-rig.js'
import { needsSshd } from '../support/sshd.js'

describe('a tmux server that hangs', function () {
  needsSshd(this)
  this.timeout(150_000)

  it('leaves its machine degraded and its agents unknown, up says so, and all is as before when it goes on', () =>
    withRunRig(1, async ({ orchestra, machines, sshds }) => {
      const layout = orchestra.write(
        'hangs.yaml',
        `version: 1
session: hangs
machines:
  here: { kind: local }
${machines}
agents:
  A: { type: command, machine: here, command: [cat] }
  B: { type: command, machine: h1, command: [cat] }
windows: [ { name: one, agents: [A, B] } ]
`,
      )
      await orchestra.ok('up', layout, '-d', '--wait')
      const before = (await orchestra.status()).agents.map(({ id, pid, generation }) => ({
        id,
        pid,
        generation,
      }))
      const far = { ...orchestra.env, TMUX_TMPDIR: sshds[0]?.tmuxTmpdir ?? '' }
      const servers = [
        orchestra.tmux('display-message', '-p', '#{pid}'),
        orchestra.agentsTmux('display-message', '-p', '#{pid}'),
        spawnSync('tmux', ['-L', 'orchestra', 'display-message', '-p', '#{pid}'], {
          env: far,
          encoding: 'utf8',
        }).stdout,
      ].map(Number)
      for (const pid of servers) process.kill(pid, 'SIGSTOP')
      try {
        await orchestra.untilStatus(({ machines: rows, agents, summary }) => {
          expect(rows.map(({ state }) => state)).to.deep.equal(['degraded', 'degraded'])
          expect(agents.map(({ state }) => state)).to.deep.equal(['unknown', 'unknown'])
          const told = summary.attention.filter(({ kind }) => kind === 'machine_degraded')
          expect(told.map(({ text }) => text).join()).to.match(
            /tmux on here does not answer.*tmux on h1 does not answer/,
          )
        }, 40_000)
        const { code, stderr, ms } = await orchestra.run(['up', layout, '-d'])
        expect([code, stderr]).to.satisfy(
          () => code === 3 && stderr.includes('tmux -L orchestra does not answer'),
          stderr,
        )
        expect(ms).to.be.lessThan(20_000)
      } finally {
        for (const pid of servers) process.kill(pid, 'SIGCONT')
      }
      await orchestra.untilStatus(({ machines: rows, agents }) => {
        expect(rows.map(({ state }) => state)).to.deep.equal(['online', 'online'])
        expect(agents.map(({ id, pid, generation }) => ({ id, pid, generation }))).to.deep.equal(before)
        expect(agents.map(({ state }) => state)).to.not.include('unknown')
      }, 40_000)
      await orchestra.ok('up', layout, '-d')
      expect((await orchestra.run(['send', 'B', 'hello', '--wait'])).code).to.equal(0)
      await orchestra.ok('down')
    }))
})
