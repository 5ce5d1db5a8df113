/** Programs that are not known, as they ask (`scripts/lab/record-dialogs.ts` recorded them): none may look free for work. */
import { expect } from 'chai'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { agentDefinition } from '../../../lib/agents/registry.js'
import { screenRows } from '../../../lib/core/status/fold.js'
import { classifyScreen } from '../../../lib/core/status/match-screen.js'
import { explainRecording, recordingsIn, type Recording } from '../../support/recordings.js'

const ROOT = path.join(import.meta.dirname, '..', '..', 'fixtures', 'dialogs')
const { rules, segment, answer } = agentDefinition('command')

describe('a program that is not known', () => {
  const all = readdirSync(ROOT).flatMap((program) =>
    recordingsIn(ROOT, program).map((one) => ({
      ...(one as Recording & { readonly cursor: { readonly x: number; readonly y: number } }),
      program,
    })),
  )
  const recorded = (program: string, name: string) =>
    all.find((one) => one.program === program && one.name.startsWith(name))!
  const live = ({ screen, title, cursor }: (typeof all)[number]) =>
    classifyScreen({ rules, segment, title, cursor, rows: screenRows(screen) })

  it('was recorded while it asked: twenty dialogs of ten programs, and some that ask nothing', () => {
    const asking = all.filter(({ state }) => state === 'waiting')
    expect(asking).to.have.length.at.least(40)
    expect(new Set(asking.map(({ program }) => program)).size).to.be.at.least(15)
    expect(all.filter(({ state }) => state === 'quiet')).to.have.length.at.least(7)
  })

  for (const one of all) {
    it(`${one.state}: ${one.program} ${one.name}`, () => {
      const said = explainRecording(one)
      expect(said.state, `by ${said.rule}`).to.equal(one.state)
      const seen = live(one)
      expect(seen.rule === null ? 'quiet' : seen.state, `by ${seen.rule}`).to.equal(one.state)
    })
  }

  it('says what it asks in its own words', () => {
    const says = (program: string, name: string) => live(recorded(program, name)).text
    expect(says('apt', 'install')).to.equal('Do you want to continue? [Y/n]')
    expect(says('ssh', 'host-key')).to.equal(
      'Are you sure you want to continue connecting (yes/no/[fingerprint])?',
    )
    expect(says('ssh', 'password')).to.match(/root@127\.0\.0\.1's password:$/)
    expect(says('python', 'input')).to.equal('Your name:')
    expect(says('git', 'add-patch')).to.match(/^\(1\/1\) Stage this hunk/)
    expect(says('dialog', 'yesno')).to.include('Delete all of it?')
    expect(says('gh', 'protocol')).to.include('What is your preferred protocol')
  })

  it('is answered where its screen says what yes is, and left to a person where it does not', () => {
    const to = (program: string, name: string, what: 'approve' | 'deny') =>
      answer(recorded(program, name).screen.split('\n'), what)
    expect(to('apt', 'install', 'approve')).to.deep.equal({
      type: 'confirm',
      keys: ['79', '0d'],
      option: 'y',
    })
    expect(to('apt', 'install', 'deny')).to.deep.equal({ type: 'confirm', keys: ['6e', '0d'], option: 'n' })
    expect(to('ssh', 'host-key', 'approve')).to.deep.equal({
      type: 'confirm',
      keys: ['79 65 73', '0d'],
      option: 'yes',
    })
    expect(to('bash', 'any-key', 'approve')).to.deep.equal({ type: 'confirm', keys: ['0d'], option: 'Enter' })
    for (const [program, name] of [
      ['bash', 'any-key'],
      ['ssh', 'password'],
    ] as const)
      expect(to(program, name, 'deny').type).to.equal('refuse')
    expect(to('ssh', 'password', 'approve').type).to.equal('refuse')
    expect(to('python', 'input', 'approve').type).to.equal('refuse')
    expect(to('dialog', 'yesno', 'approve').type).to.equal('refuse')
  })

  it('takes words only for a question that words answer', () => {
    expect(live(recorded('python', 'input')).takesText).to.equal(true)
    for (const [program, name] of [
      ['apt', 'install'],
      ['ssh', 'password'],
      ['fzf', 'list'],
    ] as const)
      expect(live(recorded(program, name)).takesText).to.equal(undefined)
  })

  it('asks nothing with a line that has ended, or that its cursor has left', () => {
    const rows = ['Ready:', '', '']
    const at = (x: number, y: number) =>
      classifyScreen({ rules, segment, title: '', rows, cursor: { x, y } }).rule
    expect(at(6, 0)).to.equal('any.field')
    expect(at(0, 1)).to.equal(null)
    expect(at(2, 0)).to.equal(null)
  })
})
