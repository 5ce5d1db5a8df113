import { expect } from 'chai'
import { splitConfirmed } from '../../../../lib/tmux/protocol/confirmed.js'

function split(text: string, ...nonces: string[]) {
  const lines = text === '' ? [] : text.split('\n').map((line) => Buffer.from(line))
  const { replies, rest } = splitConfirmed(lines, ['N0', ...nonces])
  return {
    replies: replies?.map((reply) => [reply.ok, reply.body.toString()]) ?? null,
    rest: rest.map((line) => line.toString()),
  }
}

const said = (nonce: string) => `%begin 9 9 1\n${nonce}\n%end 9 9 1`

describe('splitConfirmed', () => {
  it('gives a reply for each nonce', () => {
    const text = `%begin 1 1 1\na\nb\n%end 1 1 1\n${said('N1')}\n%begin 1 3 1\n%end 1 3 1\n${said('N2')}`
    expect(split(text, 'N1', 'N2')).to.deep.equal({
      replies: [
        [true, 'a\nb'],
        [true, ''],
      ],
      rest: [],
    })
  })

  it('keeps printed guards as text', () => {
    const body = '%end 1 1 1\n%output %0 x\n%begin 1 2 1\nN?\n%end 1 2 1\n%exit'
    expect(split(`%begin 1 1 1\n${body}\n%end 1 1 1\n${said('N1')}`, 'N1').replies).to.deep.equal([
      [true, body],
    ])
  })

  it('hands back what tmux said between and after the blocks', () => {
    const text = `%pause %1\n%begin 1 1 1\na\n%end 1 1 1\n%window-add @1\n${said('N1')}\n%sessions-changed`
    expect(split(text, 'N1')).to.deep.equal({
      replies: [[true, 'a']],
      rest: ['%pause %1', '%window-add @1', '%sessions-changed'],
    })
  })

  it('stops at the first error', () => {
    const text = `%begin 1 1 1\na\n%end 1 1 1\n${said('N1')}\n%begin 1 3 1\ncan't find pane\n%error 1 3 1\n%window-close @1`
    expect(split(text, 'N1', 'N2')).to.deep.equal({
      replies: [
        [true, 'a'],
        [false, "can't find pane"],
      ],
      rest: ['%window-close @1'],
    })
  })

  it('believes nothing that is not whole', () => {
    expect(split(`%begin 1 1 1\na\n%end 1 2 1\n${said('N1')}`, 'N1').replies).to.equal(null)
    expect(split('', 'N1').replies).to.equal(null)
  })
})
