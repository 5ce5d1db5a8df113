/** A run over machines that freeze, come back, and agents that reach their limit. */
import { expect } from 'chai'
import { rmSync } from 'node:fs'
import type { StatusDocument } from '../../lib/core/protocol/status.js'
import { ledgerProblems, readLedgers } from '../support/ledger-agent.js'
import { finishedTasks, withRunRig } from '../support/run-rig.js'
import { needsSshd } from '../support/sshd.js'

const agent = (status: StatusDocument, id: string) => status.agents.find((row) => row.id === id)
const task = (status: StatusDocument, id: string) => status.tasks.find((row) => row.id === id)

/** Looks like Claude Code that reaches its limit at the first prompt, and goes on when the file FLAG is gone. */
const LIMITED = `rule=$(printf '─%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20)
draw() { printf '\\033[2J\\033[H%s\\n\\n%s\\n❯ %s\\n%s\\n  ? for shortcuts\\033[4;3H\\033]2;✳ limited\\007' "$1" "$rule" "$2" "$rule"; }
stty -echo -icanon min 1 time 0
printf '\\033[?2004h'
draw '' ''
n=0
while IFS= read -r line; do
  n=$((n + 1))
  case $line in
    *'Task '*) n=1 ;;
  esac
  draw '' "[Pasted text #1 +$n lines]"
  case $line in
    *'as the word.'*)
      draw '● Claude usage limit reached. Your limit will reset at 11pm (UTC).' ''
      while [ -e "$FLAG" ]; do sleep 0.2; done
      draw '● Done.' ''
      orchestra-report done ;;
  esac
done
`

describe('a run over two machines', function () {
  needsSshd(this)

  it('waits for one that froze: its tasks go on there, none runs a second time, the other works on', async () => {
    await withRunRig(2, async ({ orchestra, sshds, agents, ledgers, machines }) => {
      const tasks = ['far', 'far-line', 'near', 'near-2', 'last']
      const layout = orchestra.write(
        'frozen.yaml',
        `version: 1
session: frozen
machines:
  here: { kind: local }
${machines}
agent_types:
  line: { extends: command, command: [sh, ${agents.line}], env: { LEDGER_SECONDS: "2" } }
  tui: { extends: demo, command: [sh, ${agents.tui}] }
agents:
  FAR: { type: tui, machine: h1, role: far, env: { LEDGER: ${ledgers[0]} } }
  FAR-L: { type: line, machine: h1, role: far-line, env: { LEDGER: ${ledgers[0]} } }
  NEAR: { type: tui, machine: h2, role: near, env: { LEDGER: ${ledgers[1]} } }
tasks:
  far: { title: on the first, role: far, estimate: 3s, timeout: 8s }
  far-line: { title: on the first too, role: far-line }
  near: { title: on the second, role: near, estimate: 2s }
  near-2: { title: on the second, role: near, estimate: 2s, needs: [near] }
  last: { title: after all, role: near, estimate: 1s, needs: [far, far-line, near-2] }
`,
      )
      await orchestra.ok('up', layout, '-d', '--run')
      await orchestra.untilStatus((status) =>
        ['far', 'far-line'].every((id) => task(status, id)?.status === 'IN_PROGRESS'),
      )
      await orchestra.untilStatus((status) => agent(status, 'FAR')?.state === 'working')
      sshds[0]?.freeze()
      await orchestra.untilStatus((status) => {
        expect(status.machines.find(({ id }) => id === 'h1')?.state).to.equal('offline')
        expect(agent(status, 'FAR')?.state).to.equal('unknown')
        expect(task(status, 'far')?.status).to.equal('IN_PROGRESS')
      })
      // Longer than the time-out of its task: nobody knows what goes on there, so its clock stands still.
      await orchestra.untilStatus((status) => task(status, 'near-2')?.status === 'COMPLETED')
      sshds[0]?.thaw()
      const done = await finishedTasks(orchestra)
      expect(done.map(({ id, status, attempts }) => [id, status, attempts])).to.deep.equal(
        tasks.map((id) => [id, 'COMPLETED', 1]),
      )
      expect(ledgerProblems(readLedgers(ledgers), tasks)).to.deep.equal([])
    })
  })

  it('holds what was to run on a machine that is away, and goes elsewhere where the layout says so', async () => {
    await withRunRig(2, async ({ orchestra, sshds, agents, ledgers, machines }) => {
      await sshds[0]?.halt()
      await sshds[1]?.halt()
      const tasks = ['held', 'moved']
      const layout = orchestra.write(
        'away.yaml',
        `version: 1
session: away
machines:
  here: { kind: local }
${machines.replace('h2: {', 'h2: { on_unreachable: local,')}
agent_types:
  tui: { extends: demo, command: [sh, ${agents.tui}], env: { LEDGER: ${ledgers[0]} } }
agents:
  HELD: { type: tui, machine: h1, role: held }
  MOVED: { type: tui, machine: h2, role: moved }
tasks:
  held: { title: waits, role: held, estimate: 1s }
  moved: { title: goes elsewhere, role: moved, estimate: 1s }
`,
      )
      await orchestra.ok('up', layout, '-d', '--run')
      await orchestra.untilStatus((status) => {
        expect(task(status, 'moved')).to.include({ status: 'COMPLETED', machine: 'here' })
        expect(task(status, 'held')).to.include({ status: 'READY', attempts: 0 })
      })
      await sshds[0]?.start()
      const done = await finishedTasks(orchestra)
      expect(done.map(({ id, machine }) => [id, machine])).to.deep.equal([
        ['held', 'h1'],
        ['moved', 'here'],
      ])
      expect(ledgerProblems(readLedgers(ledgers), tasks)).to.deep.equal([])
    })
  })

  it('gives the task of a limited agent to somebody else where that is wanted, and else waits', async () => {
    await withRunRig(0, async ({ orchestra }) => {
      const flag = orchestra.write('still-limited', 'x')
      const limited = orchestra.write('limited.sh', LIMITED)
      const layout = orchestra.write(
        'limit.yaml',
        `version: 1
session: limit
machines: { here: { kind: local } }
agent_types:
  limited: { extends: claude, command: [sh, ${limited}], env: { FLAG: ${flag} } }
agents:
  WAITS: { type: limited, on_limit: wait }
  MOVES: { type: limited, on_limit: move, role: work }
  OTHER: { type: demo, role: other, env: { DEMO_SPEED: "20" } }
tasks:
  waits: { title: waits for its limit, agent: WAITS, timeout: 4s }
  moves: { title: is given to another, role: work, fallback: other, estimate: 2s }
`,
      )
      await orchestra.ok('up', layout, '-d', '--run')
      await orchestra.untilStatus((status) => {
        for (const id of ['WAITS', 'MOVES']) expect(agent(status, id)?.state).to.equal('limited')
        expect(agent(status, 'WAITS')?.text).to.include('usage limit reached')
        expect(task(status, 'moves')).to.include({ status: 'COMPLETED', agent: 'OTHER', attempts: 2 })
      })
      await orchestra.untilStatus((status) => {
        const since = Date.parse(task(status, 'waits')?.started_at ?? '')
        expect(Date.parse(status.at) - since).to.be.greaterThan(5500)
        expect(task(status, 'waits')).to.include({ status: 'IN_PROGRESS', attempts: 1 })
      })
      rmSync(flag)
      const done = await finishedTasks(orchestra)
      expect(done.find(({ id }) => id === 'waits')).to.include({
        status: 'COMPLETED',
        attempts: 1,
        agent: 'WAITS',
      })
    })
  })
})
