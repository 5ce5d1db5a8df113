/** A question that is not on the screen as a whole is not approved: the rules tell which ones are not. */
import { expect } from 'chai'
import path from 'node:path'
import { agentDefinition } from '../../../lib/agents/registry.js'
import { screenRows } from '../../../lib/core/status/fold.js'
import { dialogOf } from '../../../lib/core/status/match-screen.js'
import { promptId } from '../../../lib/core/status/prompt-id.js'
import { recordingsIn, type Recording } from '../../support/recordings.js'

const ROOT = path.join(import.meta.dirname, '..', '..', 'fixtures')
const all = ['screens', 'fresh-screens/open', 'fresh-screens/held'].flatMap((folder) =>
  ['claude', 'codex', 'gemini', 'opencode'].flatMap((type) => recordingsIn(path.join(ROOT, folder), type)),
)
const asks = all.filter(({ state, name }) => state === 'waiting' && name.includes('-ask'))

function dialogIn({ type, screen }: Pick<Recording, 'type' | 'screen'>) {
  const { segment, rules } = agentDefinition(type as 'claude')
  return dialogOf(screenRows(screen), segment, rules)
}

describe('a question that is cut', () => {
  it('is none that has room: every recorded one from 80 columns on', () => {
    const wide = asks.filter(({ size }) => Number(size.split('x')[0]) >= 80)
    expect(wide.length).to.be.greaterThan(30)
    expect(wide.filter((one) => dialogIn(one).isCut).map(({ name }) => name)).to.deep.equal([])
  })

  it('says that it hides rows', () => {
    const cut = (name: string) => dialogIn(all.find((one) => one.name === name) as Recording).isCut
    expect(cut('2.1.329-shell-long-ask-40x20')).to.equal(true)
    expect(cut('2.1.329-diff-ask-60x15')).to.equal(true)
    expect(cut('0.169.0-shell-ask-40x20')).to.equal(true)
    expect(cut('0.61.0-untrusted-dialog-40x20')).to.equal(true)
  })

  it('begins above the screen, or has no option left to say no', () => {
    for (const name of [
      '2.1.329-shell-long-ask-80x24',
      '0.169.0-shell-long-ask-80x24',
      '0.61.0-shell-long-ask-80x24',
    ]) {
      const whole = all.find((one) => one.name === name) as Recording
      const { rows } = dialogIn(whole)
      const upper = rows.slice(
        Math.max(
          0,
          rows.findIndex((row) => /for f in/u.test(row)),
        ),
      )
      expect(dialogIn({ ...whole, screen: upper.join('\n') }).isCut, name).to.equal(true)
    }
    const codex = all.find(({ name }) => name === '0.169.0-shell-long-ask-80x24') as Recording
    const withoutNo = codex.screen.split('\n').filter((row) => !/\d\. No/u.test(row))
    expect(dialogIn({ ...codex, screen: withoutNo.join('\n') }).isCut).to.equal(true)
  })

  it('is covered by its fingerprint as far as it is seen: no row of a command that fills the screen is left out', () => {
    const ask = (row: string) => [
      row,
      '  second',
      '',
      '› 1. Yes, proceed (y)',
      '  2. No, and tell Codex what to do differently (esc)',
      '',
      '  Press enter to confirm or esc to cancel',
    ]
    const id = (row: string) => promptId(dialogIn({ type: 'codex', screen: ask(row).join('\n') }).rows)
    expect(id('  rm -rf a')).to.not.equal(id('  rm -rf b'))
  })
})
