import { expect } from 'chai'
import { Semaphore } from '../../../lib/ssh/semaphore.js'

describe('Semaphore', () => {
  it('lets in as many as it has permits, the others in order', async () => {
    const semaphore = new Semaphore(2)
    const [a, b] = [await semaphore.acquire(), await semaphore.acquire()]
    const order: string[] = []
    const c = semaphore.acquire().then((release) => (order.push('c'), release))
    const d = semaphore.acquire().then((release) => (order.push('d'), release))
    expect(semaphore.taken).to.equal(2)
    a?.()
    a?.()
    const releaseC = await c
    expect(semaphore.taken).to.equal(2)
    expect(order).to.deep.equal(['c'])
    releaseC?.()
    b?.()
    await d
    expect(semaphore.taken).to.equal(1)
  })

  it('gives up waiting in time', async () => {
    const semaphore = new Semaphore(1)
    const release = await semaphore.acquire()
    expect(await semaphore.acquire(5)).to.equal(undefined)
    release?.()
    expect(await semaphore.acquire(5)).to.be.a('function')
  })

  it('lets nobody in while more are inside than a new limit allows', async () => {
    const semaphore = new Semaphore(2)
    const [a, b] = [await semaphore.acquire(), await semaphore.acquire()]
    semaphore.setLimit(1)
    a?.()
    expect(await semaphore.acquire(5)).to.equal(undefined)
    b?.()
    expect(await semaphore.acquire(5)).to.be.a('function')
  })
})
