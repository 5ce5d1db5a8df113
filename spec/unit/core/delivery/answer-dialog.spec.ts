import { expect } from 'chai'
import { answerDialog, parseOptions } from '../../../../lib/core/delivery/answer-dialog.js'
import { KEY } from '../../../../lib/core/delivery/profile.js'

const labels = (text: string) =>
  parseOptions(text.split('\n')).map(({ label, selected }) => (selected ? `*${label}` : label))

describe('the options of a question', () => {
  it('are read with their selection', () => {
    expect(
      labels(
        'Do you want to proceed?\n ❯ 1. Yes\n   2. Yes, and switch to auto mode ·\n      auto mode handles these\n   3. No',
      ),
    ).to.deep.equal(['*Yes', 'Yes, and switch to auto mode ·', 'No'])
    expect(
      labels('│ ● 1. Allow once │\n│   2. Allow for this session │\n│   3. No, suggest changes (esc) │'),
    ).to.deep.equal(['*Allow once', 'Allow for this session', 'No, suggest changes (esc)'])
    expect(
      labels(' Security guide\n\n ❯ No, exit\n   Yes, I trust this folder\n\n Enter to confirm'),
    ).to.deep.equal(['*No, exit', 'Yes, I trust this folder'])
    expect(
      labels('› 1. Yes, proceed (y)\n  2. No, and tell Codex what to do differently (esc)'),
    ).to.deep.equal(['*Yes, proceed (y)', 'No, and tell Codex what to do differently (esc)'])
  })

  it('are the last ones on the screen', () => {
    expect(labels('1. Read the code\n2. Write a test\n3. Mend it\n❯ 1. Yes\n  2. No')).to.deep.equal([
      '*Yes',
      'No',
    ])
  })
})

describe('the answer to a question', () => {
  const ask = (text: string, answer: 'approve' | 'deny') => answerDialog(text.split('\n'), answer)

  it('is Enter when the wanted option is selected', () => {
    expect(ask('❯ 1. Yes\n  2. No', 'approve')).to.deep.equal({
      type: 'confirm',
      keys: [KEY.enter],
      option: 'Yes',
    })
  })

  it('moves first when another one is: defaults differ between versions', () => {
    expect(ask(' ❯ No, exit\n   Yes, I trust this folder', 'approve')).to.deep.equal({
      type: 'move',
      keys: [KEY.down],
    })
    expect(ask('  1. Yes\n  2. Yes, always\n❯ 3. No', 'approve')).to.deep.equal({
      type: 'move',
      keys: [KEY.up, KEY.up],
    })
  })

  it('knows the no of Claude Code 2.0', () => {
    const text =
      '❯ 1. Yes\n  2. Yes, and always allow access to shop/\n  3. Tell Claude what to do differently'
    // It is a field to write in: Enter would do nothing.
    expect(ask(text, 'deny')).to.deep.include({ type: 'confirm', keys: ['1b'] })
  })

  it('never grants more than this once', () => {
    expect(ask('  1. Yes, and don’t ask again\n❯ 2. No', 'approve')).to.include({ type: 'refuse' })
    expect(ask("❯ 1. Yes, and don't ask again for touch\n  2. Yes\n  3. No", 'approve')).to.deep.equal({
      type: 'move',
      keys: [KEY.down],
    })
  })

  it('is none when the options do not say yes or no, or the selection cannot be seen', () => {
    expect(ask('❯ 1. SQLite\n  2. PostgreSQL', 'approve')).to.include({ type: 'refuse' })
    expect(ask('  1. Yes\n  2. No', 'approve')).to.include({ type: 'refuse' })
    expect(ask('nothing here', 'deny')).to.include({ type: 'refuse' })
  })
})
