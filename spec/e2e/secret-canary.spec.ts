/** E38: a secret in the environment of agents and tasks, followed through a whole run: it is nowhere but where it belongs. */
import { expect } from 'chai'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../support/eventually.js'
import { isAlive, processesNaming } from '../support/processes.js'
import { finishedTasks, withRunRig } from '../support/run-rig.js'
import { needsSshd } from '../support/sshd.js'

/** Made of pieces, so that no argv of this test holds it. */
const CANARY = ['canary', '7f3a91c2', 'never-seen'].join('-')
const FORMS = [CANARY, Buffer.from(CANARY).toString('base64'), Buffer.from(CANARY).toString('hex')]

/** The layout is the secret's own place, and the store keeps the layout (see SECURITY.md, T20). */
const ITS_PLACES = /\/work\/secret\.yaml$|\/store\.db(?:-wal|-shm)?$|\/backups?\/|\/got-[a-z]+$/

describe('a secret in the environment of an agent', function () {
  needsSshd(this)

  it('reaches the program, and is in no argv, tmux, log, event, screen or file of ours', async () => {
    await withRunRig(1, async ({ orchestra, sshds, agents, machines, ledgers }) => {
      const found: string[] = []
      const look = (where: string, text: string) => {
        if (FORMS.some((form) => text.includes(form))) found.push(where)
      }
      const dirs = [orchestra.dir, ...sshds.map((sshd) => sshd.dir)]
      const over = new AbortController()
      /** argv of everything of ours, while it runs. */
      const watching = (async () => {
        while (!over.signal.aborted) {
          for (const { pid, args } of dirs.flatMap((dir) => processesNaming(dir)))
            look(`argv of ${pid}`, args)
          await new Promise((resolve) => setTimeout(resolve, 10))
        }
      })()
      const saves = (name: string) => `printf %s "$API_KEY" > ${orchestra.dir}/got-${name}`
      const secret = `env: { API_KEY: ${CANARY}, LEDGER: ${ledgers[0]} }`
      const layout = orchestra.write(
        'secret.yaml',
        `version: 1
session: secret
machines:
  here: { kind: local }
${machines}
agent_types:
  tui: { extends: demo, command: [sh, -c, '${saves('tui')}; exec sh ${agents.tui}'] }
  line: { extends: command, command: [sh, -c, '${saves('line')}; exec sh ${agents.line}'] }
agents:
  NEAR: { type: tui, role: near, ${secret} }
  FAR: { type: line, machine: h1, role: far, ${secret} }
tasks:
  near: { title: near, role: near, estimate: 1s }
  far: { title: far, role: far }
  own: { type: command, command: '${saves('own')}', env: { API_KEY: ${CANARY} }, needs: [near] }
`,
      )
      try {
        await orchestra.ok('up', layout, '-d', '--run')
        const tasks = await finishedTasks(orchestra)
        expect(tasks.map(({ id, status }) => `${id} ${status}`).toSorted()).to.deep.equal([
          'far COMPLETED',
          'near COMPLETED',
          'own COMPLETED',
        ])
        for (const name of ['tui', 'line', 'own'])
          expect(readFileSync(join(orchestra.dir, `got-${name}`), 'utf8')).to.equal(CANARY)
        for (const socket of ['orchestra', 'orchestra-agents']) {
          const tmux = (...args: string[]) =>
            socket === 'orchestra' ? orchestra.tmux(...args) : orchestra.agentsTmux(...args)
          for (const pane of tmux('list-panes', '-a', '-F', '#{pane_id}').split('\n').filter(Boolean))
            look(`screen ${pane}`, tmux('capture-pane', '-p', '-S', '-', '-t', pane))
          look('tmux show-environment -g', tmux('show-environment', '-g'))
          for (const session of orchestra.sessions(socket))
            look(`tmux show-environment ${session}`, tmux('show-environment', '-t', `=${session}`))
          look('tmux show-options', tmux('show-options', '-A', '-g'))
        }
        for (const args of [
          ['status', '--json'],
          ['events', '-n', '5000', '--json'],
          ['report'],
          ['graph'],
          ['plan', layout],
          ['explain', 'NEAR'],
          ['logs', 'NEAR'],
          ['logs', 'FAR'],
          ['context', 'own'],
          ['doctor', '--json'],
        ])
          look(`orchestra ${args.join(' ')}`, Object.values(await orchestra.run(args)).join('\n'))
      } finally {
        over.abort()
        await watching
      }
      await orchestra.ok('down')
      await eventually(() =>
        dirs.every((dir) =>
          processesNaming(dir).every(({ pid, args }) => args.includes('sshd') || !isAlive(pid)),
        ),
      )
      const files = dirs.flatMap((dir) => filesBelow(dir))
      expect(files.length).to.be.greaterThan(20)
      for (const file of files) if (!ITS_PLACES.test(file)) look(file, readFileSync(file, 'latin1'))
      expect([...new Set(found)]).to.deep.equal([])
      console.log(`E38: ${files.length} files, argv of all processes every 10 ms, tmux, ten verbs: not found`)
    })
  })
})

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
