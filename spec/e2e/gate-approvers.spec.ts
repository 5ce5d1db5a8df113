/** A gate with criteria, a role and reasons, on real commits. */
import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GateRow } from '../../lib/core/protocol/status.js'
import { type Orchestra, withOrchestra } from '../support/orchestra.js'

const ME = `person:${process.getuid?.()}`

function layoutFor(o: Orchestra, people: string): string {
  return o.write(
    'approvers.yaml',
    `version: 1
session: approvers
machines: { here: { kind: local } }
tasks:
  adr: { type: command, command: 'true' }
  build: { type: command, command: 'true', needs: [agreed] }
gates:
  agreed:
    title: Architecture is agreed
    after: [adr]
    cwd: ${join(o.work, 'repo')}
    criteria:
      - { text: The design is there, verify: [ "test -s design.md" ] }
      - { text: The schema is approved }
      - { text: The dates are agreed }
    approve: { role: approver, count: 1 }
people: { ${people} }
`,
  )
}

function repository(o: Orchestra): (message: string) => void {
  const cwd = join(o.work, 'repo')
  mkdirSync(cwd)
  const env = { ...o.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
  const git = (...args: string[]) => execFileSync('git', args, { cwd, env, stdio: 'pipe' })
  git('init', '-q')
  writeFileSync(join(cwd, 'design.md'), 'design\n')
  const commit = (message: string) => {
    git('add', '-A')
    git('-c', 'user.name=t', '-c', 'user.email=t@example.org', 'commit', '-q', '--allow-empty', '-m', message)
  }
  commit('first')
  return commit
}

const gateIn = (o: Orchestra, status: GateRow['status']) =>
  o.untilStatus((doc) => {
    const gate = doc.gates.find((row) => row.status === status)
    if (gate === undefined) throw new Error(`no gate is ${status}`)
    return gate
  })

describe('a gate with approvers', function () {
  this.timeout(90_000)

  it('opens by the answers of those who may, to what its commands still say after a commit', () =>
    withOrchestra(async (o) => {
      const commit = repository(o)
      const stranger = 'anna: { is: [person:4294967, token:anna], roles: [approver] }'
      await o.ok('up', layoutFor(o, stranger), '-d', '--run')
      const asked = await gateIn(o, 'waiting')
      expect(asked).to.deep.include({ role: 'approver', count: 1, approvers: ['anna'] })
      expect(asked.question).to.include('1. The design is there: passed')
      const refused = await o.run(['approve', 'agreed', '--prompt-id', asked.prompt_id ?? ''])
      expect([refused.code, refused.stdout]).to.deep.equal([1, ''])
      expect(refused.stderr).to.include(`${ME} is not one of the layout's people`).and.include('(anna)')
      expect((await o.run(['deny', 'agreed'])).code).to.equal(1)

      const me = `${stranger}, me: { is: ${ME}, roles: approver }`
      await o.ok('up', layoutFor(o, me), '-d')
      const name = (await gateIn(o, 'waiting')).prompt_id ?? ''
      expect(name).to.equal(asked.prompt_id)
      const wrong = await o.run(['approve', 'agreed', '--prompt-id', name, '--criterion', '1'])
      expect(wrong.code).to.equal(2)
      expect(wrong.stderr).to.include('criterion 1 of agreed is not a question')
      const half = ['approve', 'agreed', '--prompt-id', name, '--criterion', '2', '--reason', 'as discussed']
      const taken = await o.ok(...half)
      expect(taken).to.include(`agreed: approved by me (${ME}), revision ${name.slice(0, 32)}: `)
      expect(taken).to.include('it still needs criterion 3: 1 more answer')

      // A commit alone changes no question; what the commands say of it decides whether the answers count.
      commit('second')
      expect((await o.status()).gates[0]?.prompt_id).to.equal(name)
      await o.ok('approve', 'agreed', '--prompt-id', name, '--criterion', '3')
      expect((await gateIn(o, 'open')).reason).to.equal(`approved by me (${ME}): as discussed`)
      const events = await o.ok('events', '-n', '100')
      expect(events).to.include('its criteria are checked again: HEAD was').and.include('(as discussed)')
      const table = await o.ok('gates')
      expect(table).to.match(/agreed +open +3\/3/)
      expect(await o.json<GateRow[]>('gates')).to.have.length(1)
      expect(await o.ok('report')).to.include('(as discussed)')
      await o.ok('down')
    }))
})
