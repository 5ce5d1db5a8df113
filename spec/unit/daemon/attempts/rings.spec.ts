import { expect } from 'chai'
import { OneAtATime } from '../../../../lib/daemon/kernel/one-at-a-time.js'
import { Rings } from '../../../../lib/daemon/attempts/rings.js'
import { eventually } from '../../../support/eventually.js'

describe('Rings', () => {
  it('hears one that comes alone at once, and a storm at a pace of its own', async () => {
    let now = 0
    const heard: string[] = []
    const rings = new Rings(
      (work) => work(),
      () => now,
    )
    const ring = (name: string) => rings.ring(name, () => heard.push(name))
    for (let i = 0; i < 10_000; i++) ring('storm')
    ring('other')
    const count = (name: string) => heard.filter((one) => one === name).length
    expect([count('storm'), count('other')]).to.deep.equal([8, 1])
    // The last ring of a storm is heard, too.
    await eventually(() => expect(count('storm')).to.equal(9))
    now = 60_000
    ring('storm')
    expect(count('storm')).to.equal(10)
    rings.close()
  })

  it('hears nothing any more once it is closed', async () => {
    let heard = 0
    const rings = new Rings(
      (work) => work(),
      () => 0,
    )
    for (let i = 0; i < 20; i++) rings.ring('A', () => (heard += 1))
    rings.close()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(heard).to.equal(8)
  })
})

describe('OneAtATime', () => {
  it('runs once, and once more for all who ask meanwhile, and tells each how their run ended', async () => {
    const work: (() => void)[] = []
    const one = new OneAtATime()
    let began = 0
    const ask = (key = 'A') =>
      one.run(key, async () => {
        began += 1
        const mine = began
        await new Promise<void>((resolve) => work.push(resolve))
        if (mine === 2) throw new Error('the second')
      })
    const first = ask()
    const later = [ask(), ask(), ask()].map((asked) => asked.catch((error: Error) => error.message))
    const other = ask('B').catch((error: Error) => error.message)
    expect(began).to.equal(2)
    work[0]?.()
    await first
    await eventually(() => expect(began).to.equal(3))
    work[1]?.()
    work[2]?.()
    expect([await other, ...(await Promise.all(later))]).to.deep.equal([
      'the second',
      undefined,
      undefined,
      undefined,
    ])
    const again = ask()
    expect(began).to.equal(4)
    work[3]?.()
    await again
  })
})
