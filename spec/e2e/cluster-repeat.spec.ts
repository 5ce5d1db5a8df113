import { repeatUpDown } from '../support/repeat-up-down.js'

describe('up and down', () => {
  it('at once and in any order leave no process, session, socket or file', async function () {
    this.timeout(90_000)
    await repeatUpDown(2, Math.floor(Math.random() * 2 ** 31))
  })
})
