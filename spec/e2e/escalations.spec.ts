/** Who is told what, with a daemon that is killed while it tells. */
import { expect } from 'chai'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EscalationRow } from '../../lib/core/protocol/status.js'
import { eventually } from '../support/eventually.js'
import { type Orchestra, withOrchestra } from '../support/orchestra.js'

/** Notes what it is told, then waits until it may go on: long enough to kill the daemon in between. */
const TELLER = 'printf "%s|%s\\n" "$1" "$2" >> "$HOME/told"; while [ ! -e "$HOME/go" ]; do sleep 0.1; done'

const layoutFor = (o: Orchestra) =>
  o.write(
    'crisis.yaml',
    `version: 1
session: crisis
layers: { L0: MAESTRO, L1: ORCHESTRATOR }
machines: { here: { kind: local, layer: L1 } }
tasks:
  pg: { title: PostgreSQL, type: command, tier: P0, command: 'exit 3' }
  orm: { type: command, command: 'true', needs: [pg] }
  page: { type: command, command: 'true' }
notify: { command: [sh, -c, '${TELLER}', sh] }
escalation:
  L1: { to: [notify], after: 1s }
  L0: { to: [nobody-is-here, notify] }
people: { nobody-is-here: { is: person:4294967 } }
`,
  )

const told = (o: Orchestra) => {
  const file = join(o.home, 'told')
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}
const urgent = (o: Orchestra) => told(o).split('🚨 URGENT').length - 1
const rows = (o: Orchestra) => o.json<EscalationRow[]>('escalations')

describe('an escalation', function () {
  this.timeout(90_000)

  it('is told once, over the death of the daemon, and ends with ack and with its cause', () =>
    withOrchestra(async (o) => {
      await o.ok('up', layoutFor(o), '-d', '--run')
      await eventually(() => expect(urgent(o)).to.equal(1))
      process.kill(o.daemonPid('crisis') ?? 0, 'SIGKILL')
      writeFileSync(join(o.home, 'go'), '')
      await o.ok('up', layoutFor(o), '-d')
      const [open] = await o.untilStatus((doc) => {
        expect(doc.escalations[0]?.told).to.have.length(2)
        expect(doc.escalations[0]?.told[1]?.to[0]?.state).to.equal('sent')
        return doc.escalations
      })
      expect(open).to.deep.include({ id: 'E1', subject: 'pg', urgent: true, layer: 'L0', next: null })
      expect(open?.told[0]?.to[0]).to.deep.include({ to: 'notify', state: 'uncertain' })
      expect(open?.told[1]?.to[0]?.to).to.equal('person:nobody-is-here')
      expect(urgent(o)).to.equal(1)
      expect(told(o))
        .to.include('Issue: pg failed after 1 attempt: PostgreSQL')
        .and.include('Blocker: attempt 1 failed: exit status 3')
        .and.include('Proposed solution: orchestra retry pg')
        .and.include('Impact: 1 task waits for it: orm')
      await o.untilStatus(({ tasks }) =>
        expect(tasks.find(({ id }) => id === 'page')?.status).to.equal('COMPLETED'),
      )

      expect(await o.ok('ack', 'E1')).to.include('E1: taken on: pg failed')
      expect(await o.ok('escalations')).to.match(/E1 +acked +URGENT +L0/)
      expect((await o.run(['ack', 'E9'])).stderr).to.include('there is no escalation E9')
      await o.ok('retry', 'pg')
      await eventually(async () => {
        const all = await rows(o)
        expect(all.find(({ id }) => id === 'E1')?.state).to.equal('closed')
      })
      const said = ['block', 'orm', 'the owner is away', '--proposal', 'ask Anna', '--impact', 'no demo']
      await o.ok(...said)
      await eventually(() => expect(told(o)).to.include('Proposed solution: ask Anna\nImpact: no demo'))
      await o.ok('unblock', 'orm')
      expect((await o.run(['unblock', 'page'])).code).to.equal(1)
      expect(await o.ok('events', '-n', '200'))
        .to.include('blocked by person:')
        .and.include('taken on by person:')
      await o.ok('down')
    }))
})
