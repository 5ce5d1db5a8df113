import { expect } from 'chai'
import { grepOption, lastLines, LogLines, prefixesOf } from '../../../lib/cli/log-lines.js'

function printed(choice: { grep?: string; prefix?: string }, parts: readonly string[]): string {
  let out = ''
  const lines = new LogLines(
    { grep: grepOption(choice.grep), prefix: choice.prefix ?? null },
    (text) => (out += text),
  )
  for (const part of parts) lines.push(part)
  lines.end()
  return out
}

describe('the lines of a log', () => {
  it('alone come as they are, also without an end', () => {
    expect(printed({}, ['one\ntw', 'o\nthr'])).to.equal('one\ntwo\nthr')
  })

  it('of several are whole, each with whose it is', () => {
    expect(printed({ prefix: 'a | ' }, ['one\ntw', 'o\nthr'])).to.equal('a | one\na | two\na | thr\n')
    expect([...prefixesOf(['a', 'long']).values()]).to.deep.equal(['a    | ', 'long | '])
    expect([...prefixesOf(['a']).values()]).to.deep.equal([null])
  })

  it('are those that match, wherever a chunk was cut', () => {
    expect(printed({ grep: '^t.o$' }, ['one\ntw', 'o\nthree'])).to.equal('two\n')
    expect(printed({ grep: 'three', prefix: 'a | ' }, ['one\nthr', 'ee'])).to.equal('a | three\n')
    expect(() => grepOption('(')).to.throw('--grep (: not a regular expression')
  })

  it('end with the last so many', () => {
    expect(lastLines('one\ntwo\nthree\n', 2)).to.equal('two\nthree\n')
    expect([lastLines('', 2), lastLines('one\n', 0)]).to.deep.equal(['', ''])
  })
})
