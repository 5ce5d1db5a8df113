/** Programs without rules: their questions are seen and answered, their silence is `quiet`, a user's own rules count. */
import { expect } from 'chai'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../support/eventually.js'
import { Orchestra } from '../support/orchestra.js'

const LAYOUT = `version: 1
session: unknown
machines: { here: { kind: local } }
agent_types: { mine: { command: [sh, -c, 'echo "what next"; exec cat'] } }
agents:
  Y: { type: command, command: [sh, -c, 'printf "Overwrite it? [y/N] "; read -r said; echo "got $said"; exec cat'] }
  W: { type: command, command: [sh, -c, 'printf "Your name: "; read -r said; echo "hello $said"; exec cat'] }
  P: { type: command, command: [sh, -c, 'stty -echo; printf "Password: "; read -r said; exec cat'] }
  M: mine
`

describe('a program without rules', function () {
  this.timeout(60_000)
  let here: Orchestra

  before(async () => {
    here = new Orchestra()
    const rules = join(here.state, 'rules')
    mkdirSync(rules, { recursive: true })
    const rule = "{ id: mine.ready, state: idle, all: [{ in: 'tail:1', matches: '^what next$' }] }"
    writeFileSync(join(rules, 'mine.yaml'), `rules: [${rule}]\n`)
    here.write('orchestra.yaml', LAYOUT)
    await here.ok('up', '-d', '--wait')
  })
  after(async () => {
    await here.run(['down'])
    await here.close()
  })

  const row = (id: string, state: string) =>
    here.untilStatus(({ agents }) => {
      const found = agents.find((agent) => agent.id === id)
      expect(found?.state, id).to.equal(state)
      return found!
    })
  const said = async (id: string) => (await here.ok('explain', id)).replace(/\s+/g, ' ')

  it('is waiting with its question, and gets no message while it asks', async () => {
    expect(await row('Y', 'waiting')).to.include({ text: 'Overwrite it? [y/N]', rule: 'any.yes-no' })
    expect(await row('P', 'waiting')).to.include({ text: 'Password:', rule: 'any.password' })
    const late = await here.run(['send', 'Y', 'a message', '--wait', '--timeout', '1s'])
    expect([late.code, late.stdout]).to.deep.equal([1, 'refused: it asks something: answer that first\n'])
    await here.ok('approve', 'Y', '-y')
    await eventually(async () => expect(await said('Y')).to.match(/Overwrite it\? \[y\/N\] y.*got y/))
    expect((await here.run(['approve', 'P', '-y'])).stderr).to.include('cannot be answered from here')
  })

  it('takes a message as the answer to a question that wants words', async () => {
    expect(await row('W', 'waiting')).to.include({ text: 'Your name:' })
    expect(await here.ok('send', 'W', 'Ann', '--wait')).to.include('delivered')
    await eventually(async () => expect(await said('W')).to.include('hello Ann'))
  })

  it('is never idle: whoever waits for that is told what to wait for', async () => {
    const refused = await here.run(['wait', 'W', '--for', 'idle'])
    expect(refused.code).to.equal(2)
    expect(refused.stderr).to.include('--for quiet')
    expect(await here.ok('wait', 'W', '--for', 'quiet', '--timeout', '30s')).to.equal('W is quiet\n')
  })

  it('has the state that the user’s own rules give it, live and recorded', async () => {
    expect(await row('M', 'idle')).to.include({ rule: 'mine.ready' })
    expect(await here.ok('wait', 'M', '--for', 'idle')).to.equal('M is idle\n')
    here.write('screen.txt', 'what next\n')
    const recorded = await here.ok('explain', '--type', 'mine', '--screen', 'screen.txt', '--json')
    expect(JSON.parse(recorded)).to.include({ state: 'idle', rule: 'mine.ready' })
    here.write('silent.txt', 'listening\n')
    const silent = await here.ok('explain', '--type', 'command', '--screen', 'silent.txt', '--json')
    expect(JSON.parse(silent)).to.include({ state: 'quiet', rule: null })
  })
})
