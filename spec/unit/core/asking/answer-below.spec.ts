import { expect } from 'chai'
import { answerBelow as below } from '../../../../lib/core/asking/answer-below.js'

const answerBelow = (rows: readonly string[], prompt: string) => below(rows, prompt).text

describe('the answer on a screen', () => {
  it('is what stands below the last echo of the prompt', () => {
    const rows = ['❯ which day', '● Monday', '', '❯ which day', '', '● Friday', '  in the evening', '']
    expect(answerBelow(rows, 'which day')).to.equal('● Friday\n  in the evening')
  })

  it('begins below all rows that the prompt takes', () => {
    const rows = ['> say where the', '  tests stand,', '  please', '', '● In spec.']
    expect(answerBelow(rows, 'say where the tests stand,\nplease')).to.equal('● In spec.')
  })

  it('may repeat the prompt', () => {
    const rows = ['❯ which day', '● You ask which day', '● Friday']
    expect(answerBelow(rows, 'which day')).to.equal('● You ask which day\n● Friday')
  })

  it('of a shell is what the command printed', () => {
    expect(answerBelow(['me@here:~$ echo hi', 'hi', 'me@here:~$'], 'echo hi')).to.equal('hi\nme@here:~$')
  })

  it('stands below the last prompt sign where the prompt is folded, and is all where there is none', () => {
    expect(answerBelow(['❯ [Pasted text #1 +3 lines]', '● Done'], 'one\ntwo\nthree')).to.equal('● Done')
    expect(answerBelow(['Done', ''], 'gone')).to.equal('Done')
    expect(answerBelow([], '')).to.equal('')
    expect(below(['Done', ''], 'gone').echoed).to.equal(false)
  })

  it('of a program that repeats its input is that', () => {
    expect(answerBelow(['hello', 'hello', 'text', 'text', ''], 'text')).to.equal('text')
    expect(below(['text'], 'text')).to.deep.equal({ text: '', echoed: false })
  })
})
