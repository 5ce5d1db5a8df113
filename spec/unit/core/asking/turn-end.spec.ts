import { expect } from 'chai'
import { FREE_MS, NEW_TURN, turnStep } from '../../../../lib/core/asking/turn-end.js'

describe('the end of a turn', () => {
  it('comes when the agent is free after it was seen at work', () => {
    const works = turnStep(NEW_TURN, 'working', 0)
    expect(works.end).to.equal(null)
    expect(turnStep(works.turn, 'idle', 10).end).to.equal('answered')
  })

  it('comes for a turn that nobody saw when the agent has been free for a while', () => {
    const free = turnStep(NEW_TURN, 'idle', 100)
    expect([free.end, free.lookAt]).to.deep.equal([null, 100 + FREE_MS])
    expect(turnStep(free.turn, 'idle', 99 + FREE_MS).end).to.equal(null)
    expect(turnStep(free.turn, 'idle', 100 + FREE_MS).end).to.equal('answered')
    // Another look at its work begins that time anew.
    const unsure = turnStep(free.turn, 'unknown', 200)
    expect(turnStep(unsure.turn, 'idle', 100 + FREE_MS).end).to.equal(null)
  })

  it('is a question, a limit, an error or an exit', () => {
    for (const [state, end] of [
      ['waiting', 'question'],
      ['limited', 'limited'],
      ['error', 'error'],
      ['exited', 'exited'],
    ] as const)
      expect(turnStep(NEW_TURN, state, 0).end).to.equal(end)
  })
})
