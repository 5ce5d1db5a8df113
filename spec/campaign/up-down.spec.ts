import { repeatUpDown } from '../support/repeat-up-down.js'

describe('25 repetitions of up and down', () => {
  it('at once and in any order leave no process, session, socket or file', async function () {
    this.timeout(1_200_000)
    await repeatUpDown(25, Math.floor(Math.random() * 2 ** 31))
  })
})
