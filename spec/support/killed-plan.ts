/**
 * The life of a gate and of an escalation under a daemon that is killed with -9 at the N-th call of its store. A person does
 * what a person would: starts it again, answers the gate until the answer is taken, takes the escalation on.
 */
import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EscalationRow, StatusDocument } from '../../lib/core/protocol/status.js'
import { eventually } from './eventually.js'
import { failingDaemon } from './failing-ports.js'
import { withOrchestra, type Orchestra } from './orchestra.js'

/** What it is told, a line each, written at once: two may be told at the same time. */
const TELLER = 'said=$(printf "%s | %s" "$1" "$2" | tr "\\n" " "); printf "%s \\n" "$said" >> "$HOME/told"'

const layoutOf = () => `version: 1
session: killed
layers: { L0: MAESTRO, L1: ORCHESTRATOR }
machines: { here: { kind: local, layer: L1 } }
people: { me: { is: person:${process.getuid?.()}, roles: approver, notify: true } }
tasks:
  adr: { type: command, command: 'true' }
  bad: { type: command, tier: P0, command: 'exit 3' }
  build: { type: command, command: 'true', needs: [agreed] }
gates:
  agreed:
    after: [adr]
    criteria: [ { text: It is there, verify: [ 'true' ] }, { text: It is approved } ]
    approve: { role: approver, count: 1 }
notify: { command: [sh, -c, '${TELLER}', sh] }
escalation:
  L1: { to: [notify], after: 1s }
  L0: { to: [me] }
`

export interface KilledPlan {
  /** Of the store, while it lived. */
  readonly calls: number
  readonly killed: boolean
  readonly uncertain: number
  readonly told: number
}

/** Throws when somebody was told twice or not at all, or an approval was lost. */
export async function runKilledPlan(at: number, how: 'before' | 'after'): Promise<KilledPlan> {
  const daemon = await failingDaemon()
  let result: KilledPlan | undefined
  await withOrchestra(async (o) => {
    const layout = o.write('killed.yaml', layoutOf())
    const log = join(o.dir, 'failed')
    const env = { ...o.env, FAIL_PORT: 'store', FAIL_AT: String(at), FAIL_HOW: `kill-${how}`, FAIL_LOG: log }
    const child = spawn(process.execPath, [daemon, '--layout', layout, '--foreground'], {
      env,
      stdio: 'ignore',
    })
    await eventually(
      () => child.exitCode !== null || child.signalCode !== null || o.daemonPid('killed') !== undefined,
      30_000,
    )
    await eventually(() => o.ok('up', layout, '-d', '--run'), 30_000)
    await approved(o, layout)
    const rows = await until(o, layout, ({ tasks, escalations }) => {
      const status = Object.fromEntries(tasks.map((task) => [task.id, task]))
      expect(status['build']?.status).to.equal('COMPLETED')
      expect([status['adr']?.attempts, status['build']?.attempts]).to.deep.equal([1, 1])
      const bad = escalations.find(({ subject }) => subject === 'bad')
      expect(bad?.told.map(({ layer }) => layer)).to.deep.equal(['L1', 'L0'])
      const open = escalations.flatMap((one) => one.told.flatMap(({ to }) => to.map(({ state }) => state)))
      expect(open).to.not.include.members(['pending']).and.not.include.members(['sending'])
      return escalations
    })
    const told = saidOnce(o, rows)
    const { id } = rows.find(({ subject }) => subject === 'bad')!
    await until(o, layout, async () => {
      await o.run(['ack', id])
      const one = (await statusOf(o, layout)).escalations.find((row) => row.id === id)
      expect(one?.acked_by).to.equal(`person:${process.getuid?.()}`)
    })
    await eventually(() => o.ok('down'), 30_000)
    await eventually(() => expect(o.leftovers()).to.deep.equal([]))
    await eventually(() => child.exitCode !== null || child.signalCode !== null)
    const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []
    const calls = Number(lines.find((line) => line.startsWith('calls '))?.slice('calls '.length) ?? 0)
    const uncertain = rows
      .flatMap((one) => one.told.flatMap(({ to }) => to))
      .filter((d) => d.state === 'uncertain')
    result = { calls, killed: child.signalCode === 'SIGKILL', uncertain: uncertain.length, told }
  })
  if (result === undefined) throw new Error('the run came to no end')
  return result
}

/** Answers until the answer is taken; what was taken stays. */
async function approved(o: Orchestra, layout: string): Promise<void> {
  let taken = false
  await eventually(async () => {
    const gate = (await statusOf(o, layout)).gates[0]
    if (gate?.status === 'open') return
    expect(taken, 'an approval that was taken was lost').to.equal(false)
    expect(gate?.status).to.equal('waiting')
    taken = (await o.run(['approve', 'agreed', '--prompt-id', gate?.prompt_id ?? ''])).code === 0
    expect(taken).to.equal(true)
    expect((await statusOf(o, layout)).gates[0]?.status).to.equal('open')
  }, 40_000)
}

function until<T>(o: Orchestra, layout: string, look: (doc: StatusDocument) => T): Promise<T> {
  return eventually(async () => look(await statusOf(o, layout)), 40_000)
}

/** A daemon that is gone is started again. */
async function statusOf(o: Orchestra, layout: string): Promise<StatusDocument> {
  const found = await o.run(['status', '--json'])
  const doc = found.code === 0 ? (JSON.parse(found.stdout) as StatusDocument) : null
  // Without a daemon `status` answers from the store.
  if (doc !== null && doc.daemon !== null) return doc
  await o.run(['up', layout, '-d'])
  throw new Error(`no daemon: ${found.stderr}`)
}

/** Each delivery that was sent was heard exactly once, one that is uncertain once at most. */
function saidOnce(o: Orchestra, rows: readonly EscalationRow[]): number {
  const file = join(o.home, 'told')
  const heard = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
  expect(rows.map(({ subject }) => subject)).to.have.members(['agreed', 'bad'])
  for (const { id, issue, told } of rows) {
    for (const { layer, to } of told) {
      for (const { to: name, state } of to) {
        const mine = heard.filter(
          (line) =>
            line.includes(`Issue: ${issue} `) &&
            line.split(' | ')[0]!.endsWith('(me)') === (name === 'person:me'),
        )
        const say = `${id} ${layer} ${name} is ${state}`
        if (state === 'uncertain') expect(mine.length, say).to.be.at.most(1)
        else expect(mine.length, say).to.equal(1)
        expect(state, say).to.be.oneOf(['sent', 'uncertain'])
      }
    }
  }
  return heard.length
}
