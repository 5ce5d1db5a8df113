import { expect } from 'chai'
import { GroupCommit } from '../../../lib/store/group-commit.js'

/** Commits one after the other, each when it is told to. */
function gated() {
  const begun: (readonly string[])[] = []
  const ends: ((error?: Error) => void)[] = []
  const group = new GroupCommit<string>({
    commit: (writes) => {
      begun.push(writes)
      return new Promise((resolve, reject) => {
        ends.push((error) => (error === undefined ? resolve() : reject(error)))
      })
    },
    retryMs: 1,
    isLost: (error) => (error as Error).message === 'lost',
  })
  /** The n-th commit, from 0, once it was begun. */
  const end = async (n: number, error?: Error) => {
    while (ends[n] === undefined) await new Promise((resolve) => setTimeout(resolve, 1))
    ends[n](error)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { group, begun, end }
}

const rejection = (gate: Promise<void> | null) => (gate ?? Promise.resolve()).then(() => '', String)

describe('GroupCommit', () => {
  it('has one commit under way, and brings what came meanwhile in the next', async () => {
    const { group, begun, end } = gated()
    const first = group.add('a')
    const last = ['b', 'c', 'd'].map((write) => group.add(write)).at(-1) ?? 0
    let reached = 0
    void group.durable(last)?.then(() => (reached = last))
    await end(0)
    expect(group.durable(first)).to.equal(null)
    expect(reached).to.equal(0)
    await end(1)
    expect(begun).to.deep.equal([['a'], ['b', 'c', 'd']])
    expect(reached).to.equal(last)
    expect(group.durable(group.taken)).to.equal(null)
  })

  it('tries a commit that failed again, with its words until then, and keeps the order', async () => {
    const { group, begun, end } = gated()
    group.add('a')
    group.add('b')
    await end(0, new Error('no space left'))
    expect(group.problem).to.equal('no space left')
    const gate = group.durable(group.add('c'))
    await end(1)
    expect(begun).to.deep.equal([['a'], ['a', 'b', 'c']])
    expect(group.problem).to.equal(null)
    await gate
  })

  it('tells everybody who waits when it was lost, and takes nothing more', async () => {
    const { group, begun, end } = gated()
    const gates = ['a', 'b'].map((write) => rejection(group.durable(group.add(write))))
    await end(0, new Error('lost'))
    expect(await Promise.all(gates)).to.deep.equal(['Error: lost', 'Error: lost'])
    expect(() => group.add('c')).to.throw('lost')
    expect(await rejection(group.durable(2))).to.equal('Error: lost')
    expect(begun).to.have.length(1)
  })
})
