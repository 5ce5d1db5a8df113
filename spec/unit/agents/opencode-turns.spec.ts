/** What the block above opencode's mark is: the prompt of a turn that was stopped, or its error. */
import { expect } from 'chai'
import { explainScreen } from '../../../lib/agents/explain-screen.js'

const FOOT = [
  '',
  '  ┃',
  '  ┃',
  '  ┃  Build · Lab',
  '  ╹▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀',
  '   ~/shop   ctrl+p commands',
]
const said = (...rows: readonly string[]) =>
  explainScreen({ type: 'opencode', version: null, title: 'OC', screen: [...rows, ...FOOT].join('\n') })
const bar = (text: string) => ['  ┃', `  ┃  ${text}`, '  ┃', '']
const answered = ['     All is well.', '']

describe('the last turn of opencode', () => {
  it('that was stopped shows its prompt, which is no error', () => {
    const stopped = [...bar('look at the cache'), '     ▣  Build · Lab']
    expect(said('', ...stopped).state).to.equal('idle')
    expect(said(...answered, '     ▣  Build · Lab · 6.6s', '', ...stopped).state).to.equal('idle')
    // At 40 columns the mark of the turn before is wrapped.
    expect(said(...answered, '     ▣  Build · Lab ·', '        interrupted', '', ...stopped).state).to.equal(
      'idle',
    )
  })

  it('that ended in an error shows it below the prompt, or below what was answered before', () => {
    const failed = [...bar('Incorrect API key provided.'), '     ▣  Build · Lab']
    expect(said(...bar('look'), ...failed)).to.include({
      state: 'error',
      text: 'Incorrect API key provided.',
    })
    expect(said(...bar('look'), ...answered, ...failed).state).to.equal('error')
  })

  it('is read beside a scroll bar', () => {
    const rows = [...bar('look'), ...bar('Incorrect API key provided.')]
    const drawn = rows.map((row, i) => (i > 2 ? `${row.padEnd(78)}█` : row))
    expect(said(...drawn, '     ▣  Build · Lab').state).to.equal('error')
  })
})
