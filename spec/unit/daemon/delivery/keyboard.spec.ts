import { expect } from 'chai'
import type { AgentId } from '../../../../lib/core/ids.js'
import { Keyboard } from '../../../../lib/daemon/delivery/keyboard.js'

const A = 'A' as AgentId
const B = 'B' as AgentId

describe('the keyboard of a pane', () => {
  it('keeps a person’s keys back while we type, in their order, and those of others not', () => {
    let now = 1
    const keyboard = new Keyboard(() => now)
    const sent: string[] = []
    const type = (agent: AgentId, key: string) => keyboard.typed(agent, () => sent.push(key))
    type(A, 'a')
    const release = keyboard.hold(A)
    now = 2
    type(A, 'b')
    type(B, 'x')
    type(A, 'c')
    expect(sent).to.deep.equal(['a', 'x'])
    expect([keyboard.typedAt(A), keyboard.typedAt(B)]).to.deep.equal([1, 2])
    release()
    release()
    expect(sent).to.deep.equal(['a', 'x', 'b', 'c'])
    type(A, 'd')
    expect(sent.at(-1)).to.equal('d')
  })

  it('is free when the last of two has let go', () => {
    const keyboard = new Keyboard(() => 0)
    const sent: string[] = []
    const releases = [keyboard.hold(A), keyboard.hold(A)]
    keyboard.typed(A, () => sent.push('a'))
    releases[0]?.()
    expect(sent).to.deep.equal([])
    releases[1]?.()
    expect(sent).to.deep.equal(['a'])
  })
})
