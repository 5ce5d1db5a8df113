import { expect } from 'chai'
import type { PaneId } from '../../../lib/core/ids.js'
import { OutputGovernor } from '../../../lib/tmux/output-governor.js'
import { eventually } from '../../support/eventually.js'

const KB = 1024
const pane = (n: number) => `%${n}` as PaneId

describe('OutputGovernor', () => {
  let now: number
  let did: string[]
  let governor: OutputGovernor

  beforeEach(() => {
    now = 0
    did = []
    governor = new OutputGovernor({
      now: () => now,
      pause: (id) => did.push(`pause ${id}`),
      resume: (id) => did.push(`resume ${id}`),
    })
  })
  afterEach(() => governor.clear())

  it('lets a long file and a screen that is repainted twenty times a second pass', () => {
    expect(governor.take(pane(1), 250 * KB)).to.equal(true)
    for (; now < 60_000; now += 50) governor.take(pane(2), 4 * KB)
    expect(did).to.deep.equal([])
  })

  it('pauses a pane that goes on and on, leaves out what still comes, and listens again later', async () => {
    let passed = 0
    for (; now < 1000; now += 1) if (governor.take(pane(1), 4 * KB)) passed += 4 * KB
    expect(did).to.deep.equal(['pause %1'])
    expect(governor.isPaused(pane(1))).to.equal(true)
    expect(passed).to.be.within(256 * KB, 300 * KB)
    await eventually(() => expect(did).to.deep.equal(['pause %1', 'resume %1']))
    for (let i = 0; i < 20; i++) governor.take(pane(1), 4 * KB)
    expect(did.at(-1)).to.equal('pause %1')
  })

  it('is as before once the flood is over', async () => {
    governor.take(pane(1), 257 * KB)
    await eventually(() => expect(did.at(-1)).to.equal('resume %1'))
    now += 1000
    governor.take(pane(1), 250 * KB)
    expect(did).to.deep.equal(['pause %1', 'resume %1'])
  })

  it('pauses those who say more than their share when all together say too much, and nobody else', () => {
    for (; now < 4000; now += 10) {
      for (let n = 1; n <= 20; n++) governor.take(pane(n), 1500)
      if (now % 50 === 0) governor.take(pane(99), 3 * KB)
    }
    expect(did.filter((what) => what.startsWith('pause'))).to.have.length(20)
    expect(did).to.not.include('pause %99')
  })
})
