/** E65: the real daemon on a person's own server, killed again and again under each option and hook. */
import { spawnSync } from 'node:child_process'
import { expect } from 'chai'
import { eventually } from '../support/eventually.js'
import { HOSTILE_OPTIONS } from '../support/hostile-options.js'
import { withOrchestra, type Orchestra } from '../support/orchestra.js'

const ROUNDS = Number(process.env['ROUNDS'] ?? 4)
const LAYOUT = `version: 1
session: s
tmux: { socket: default }
machines: { here: { kind: local } }
agents: { A: { type: command, command: [sh, -c, "while :; do date; sleep 1; done"], role: w } }
windows: [ { name: one, agent: A }, { name: two, view: queue } ]
`

describe('a killed daemon', function () {
  this.timeout(120_000 + ROUNDS * 30_000)

  for (const { what, before = [], after = [], isWatched = false } of HOSTILE_OPTIONS) {
    // A person who looks on is in the integration spec.
    if (isWatched) continue
    it(`leaves the person's server alone: ${what}`, () =>
      withOrchestra(async (orchestra) => {
        const tmux = (...args: string[]): string => own(orchestra, args)
        tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'mine', 'sleep', '9000')
        tmux('set-option', '-t', '=mine:', 'destroy-unattached', 'off')
        for (const command of before) tmux(...command)
        const server = tmux('display-message', '-p', '#{pid}')
        const layout = orchestra.write('s.yaml', LAYOUT)
        for (let round = 0; round < ROUNDS; round++) {
          await orchestra.ok('up', layout, '-d', '--wait')
          if (round === 0) for (const command of after) tmux(...command)
          const { pid } = await orchestra.untilStatus((s) => s.agents.find((a) => a.state === 'working')!)
          process.kill(orchestra.daemonPid('s') ?? 0, 'SIGKILL')
          await orchestra.ok('up', layout, '-d', '--wait')
          expect(tmux('display-message', '-p', '#{pid}')).to.equal(server)
          expect(tmux('list-windows', '-t', '=mine', '-F', '#{window_id}')).to.equal('@0\n')
          expect(tmux('list-windows', '-t', '=s', '-F', '#{window_name}')).to.equal('one\ntwo\n')
          await eventually(async () => expect((await orchestra.status()).agents[0]?.pid).to.equal(pid))
        }
        await orchestra.ok('down')
      }))
  }
})

/** On the person's server: the default one of the private directory. */
function own({ env, tmuxTmpdir }: Orchestra, args: readonly string[]): string {
  if (!tmuxTmpdir.includes('orc-e2e-')) throw new Error('refusing to reach a tmux server of this machine')
  const { status, stdout, stderr } = spawnSync('tmux', ['-u', ...args], { env: { ...env }, encoding: 'utf8' })
  if (status !== 0) throw new Error(`tmux ${args.join(' ')}: ${stderr}`)
  return stdout
}
