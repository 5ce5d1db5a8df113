/** A daemon whose store takes at once and keeps later: nothing that follows from what is not kept leaves the process. */
import { expect } from 'chai'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { delayedProgram } from '../support/delayed-program.js'
import { eventually } from '../support/eventually.js'
import { ledgerProblems, readLedgers, quickLedgerTypes, writeLedgerAgents } from '../support/ledger-agent.js'
import { Orchestra, type Finished } from '../support/orchestra.js'
import { isAlive } from '../support/processes.js'
import { killLayout, runWithKills, withRunRig } from '../support/run-rig.js'
import { needsSshd } from '../support/sshd.js'

/** How long nothing is seen before that counts as nothing. */
const QUIET_MS = 1000

interface Ground {
  readonly orchestra: Orchestra
  readonly layout: string
  readonly ledger: string
  /** What each commit does from now on; null: it takes some milliseconds. */
  readonly commit: (what: 'hold' | 'fail' | 'lost' | null) => void
  /** How many events were taken. */
  readonly taken: () => number
}

async function withDelayed(use: (ground: Ground) => Promise<void>): Promise<void> {
  const orchestra = new Orchestra({ program: await delayedProgram() })
  const ledger = join(orchestra.dir, 'ledger')
  const agents = writeLedgerAgents(join(orchestra.dir, 'ledger-agents'))
  const layout = orchestra.write(
    'later.yaml',
    `version: 1
session: later
machines: { here: { kind: local } }
${quickLedgerTypes(agents, ledger)}agents:
  LINE: { type: line, role: line }
  TUI: { type: tui, role: tui }
  OTHER: { type: tui, role: other }
tasks:
  first: { title: first, role: line }
`,
  )
  const store = join(orchestra.state, 'sessions/later')
  const file = join(store, 'commit')
  try {
    await use({
      orchestra,
      layout,
      ledger,
      commit: (what) => (what === null ? rmSync(file, { force: true }) : writeFileSync(file, what)),
      taken: () => Number(readFileSync(join(store, 'taken'), 'utf8')),
    })
  } finally {
    rmSync(file, { force: true })
    await orchestra.close()
  }
}

/** What stands on the agent's own pane, asked past the daemon. */
function screenOf(orchestra: Orchestra, agent: string): string {
  const rows = orchestra.agentsTmux('list-panes', '-a', '-F', '#{pane_id} #{@orch_agent}').split('\n')
  const pane = rows.find((row) => row.endsWith(` ${agent}`))?.split(' ')[0]
  if (pane === undefined) throw new Error(`${agent} has no pane: ${rows.join()}`)
  return orchestra.agentsTmux('capture-pane', '-p', '-t', pane)
}

/** Types of the events that the stream tells, as they come. */
function follow(orchestra: Orchestra): { readonly types: string[]; stop(): void } {
  const types: string[] = []
  const asked = request({
    socketPath: join(orchestra.state, 'run/later.sock'),
    path: '/v1/stream?only=event',
  })
  asked.on('response', (response) =>
    response.on('data', (data: Buffer) => {
      for (const [, type] of data.toString('utf8').matchAll(/"type":"([\w.]+)"/g)) types.push(type ?? '')
    }),
  )
  asked.on('error', () => undefined)
  asked.end()
  return { types, stop: () => asked.destroy() }
}

describe('a store that keeps later what it takes', function () {
  needsSshd(this)
  this.timeout(90_000)

  it('lets no answer, event, file, key or process out before', () =>
    withDelayed(async ({ orchestra, layout, ledger, commit, taken }) => {
      await orchestra.ok('up', layout, '-d', '--run', '--wait')
      await orchestra.untilStatus(({ tasks }) => expect(tasks[0]?.status).to.equal('COMPLETED'))
      const queue = join(orchestra.state, 'runs/later/task_queue.json')
      await eventually(() => expect(readFileSync(queue, 'utf8')).to.include('COMPLETED'))
      const other = (await orchestra.status()).agents.find(({ id }) => id === 'OTHER')
      await orchestra.untilStatus(({ agents }) =>
        expect(agents.map(({ state }) => state)).to.deep.equal(['quiet', 'idle', 'idle']),
      )
      const stream = follow(orchestra)
      await sleep(300)

      commit('hold')
      const before = taken()
      stream.types.length = 0
      const [queueThen, ledgerThen] = [readFileSync(queue, 'utf8'), readFileSync(ledger, 'utf8')]
      const answered: string[] = []
      const ask = async (...args: string[]): Promise<Finished> => {
        const finished = await orchestra.run(args)
        answered.push(args[0] ?? '')
        return finished
      }
      const asked = [
        ask('submit', 'second', '--role', 'line', '--json'),
        ask('send', 'TUI', 'are you there?', '--json'),
        ask('restart', 'OTHER'),
      ]
      // Folded: each request was taken.
      await eventually(() => expect(taken()).to.be.at.least(before + 3))
      asked.push(ask('status', '--json'))
      await sleep(QUIET_MS)
      expect([...answered]).to.deep.equal([])
      expect(stream.types).to.deep.equal([])
      expect(readFileSync(queue, 'utf8')).to.equal(queueThen)
      expect(readFileSync(ledger, 'utf8')).to.equal(ledgerThen)
      expect(isAlive(other?.pid ?? 0)).to.equal(true)
      expect(screenOf(orchestra, 'TUI')).not.to.include('are you there')

      commit(null)
      for (const { code, stdout, stderr } of await Promise.all(asked))
        expect(code, stdout + stderr).to.equal(0)
      await orchestra.ok('run')
      await orchestra.untilStatus(({ tasks }) =>
        expect(tasks.map(({ status, attempts }) => `${status} ${attempts}`)).to.deep.equal([
          'COMPLETED 1',
          'COMPLETED 1',
        ]),
      )
      await eventually(() => expect(isAlive(other?.pid ?? 0)).to.equal(false))
      expect(stream.types).to.include.members(['task.submitted', 'message.queued', 'agent.restart_requested'])
      await eventually(() => expect(readFileSync(queue, 'utf8')).to.include('second'))
      await eventually(() => expect(screenOf(orchestra, 'TUI')).to.include('are you there'))
      stream.stop()
      await orchestra.ok('down')
    }))

  it('says what is wrong with it, starts nothing, and goes on', () =>
    withDelayed(async ({ orchestra, layout, ledger, commit }) => {
      await orchestra.ok('up', layout, '-d', '--wait')
      commit('fail')
      const { code, stderr } = await orchestra.run(['run'])
      expect(code).to.equal(1)
      expect(stderr)
        .to.include('the store does not confirm')
        .and.include('no space left on the other machine')
      expect(stderr).to.include('may still happen')
      await sleep(QUIET_MS)
      expect(existsSync(ledger)).to.equal(false)
      commit(null)
      await orchestra.untilStatus(({ run }) => expect(run.phase).to.equal('finished'))
      expect(ledgerProblems(readLedgers([ledger]), ['first'])).to.deep.equal([])
      await orchestra.ok('down')
    }))

  it('ends a daemon whose decisions it will never keep, and the next one knows nothing of them', () =>
    withDelayed(async ({ orchestra, layout, ledger, commit }) => {
      await orchestra.ok('up', layout, '-d', '--wait')
      const pid = orchestra.daemonPid('later') ?? 0
      commit('lost')
      const { code } = await orchestra.run(['submit', 'never', '--role', 'line'])
      expect(code).not.to.equal(0)
      await eventually(() => expect(isAlive(pid)).to.equal(false))
      expect(orchestra.daemonLog('later')).to.include('what was decided is not kept by the store')
      commit(null)
      await orchestra.ok('up', layout, '-d', '--run')
      await orchestra.untilStatus(({ run }) => expect(run.phase).to.equal('finished'))
      expect((await orchestra.status()).tasks.map(({ id }) => id)).to.deep.equal(['first'])
      expect(ledgerProblems(readLedgers([ledger]), ['first'])).to.deep.equal([])
      await orchestra.ok('down')
    }))

  it('loses nothing that was acknowledged, and nothing runs twice, when the daemon is killed again and again', async () => {
    await withRunRig(
      1,
      async (rig) => {
        const layout = rig.orchestra.write('kill.yaml', killLayout(rig, 'killed', 6, 1))
        const { problems } = await runWithKills(rig.orchestra, {
          session: 'killed',
          layout,
          tasks: Array.from({ length: 6 }, (_, i) => `T${i}`),
          ledgers: rig.ledgers,
          kills: 6,
          withinMs: 500,
          timeoutMs: 60_000,
        })
        expect(problems).to.deep.equal([])
      },
      { program: await delayedProgram() },
    )
  })
})
