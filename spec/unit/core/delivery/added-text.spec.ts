import { expect } from 'chai'
import { addedText } from '../../../../lib/core/delivery/added-text.js'

const DONE = ['● Done.', '', '✻ Faked for 1s', '']
const text = (...lines: readonly string[]) => lines.join('\n')

describe('what a conversation shows anew', () => {
  for (const [what, before, after, wanted] of [
    ['nothing', ['a', 'b'], ['a', 'b', ''], ''],
    ['not the old lines that a smaller composer uncovers', ['c'], ['a', 'b', 'c'], ''],
    ['not less of them', ['a', 'b', 'c'], ['c'], ''],
    ['lines below', ['a', 'b'], ['a', 'b', '❯ mine', '● Done.'], '❯ mine\n● Done.'],
    ['lines below while the top scrolls away', ['a', 'b', 'c'], ['c', 'd'], 'd'],
    ['both', ['b', 'c'], ['a', 'b', 'c', 'd'], 'd'],
    [
      'an answer like the one before',
      ['Hi', ...DONE],
      ['Hi', ...DONE, '❯ mine', ...DONE],
      text('❯ mine', ...DONE).trim(),
    ],
    ['all of it, when nothing of before is left', ['a', 'b'], ['x', 'y'], 'x\ny'],
    ['nothing that could be told, when nothing stood there', [], ['a', 'b'], ''],
  ] as const)
    it(`is ${what}`, () => {
      expect(addedText(text(...before), text(...after)).text).to.equal(wanted)
    })
})
