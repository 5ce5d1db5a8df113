/** Two orchestras, each with a store of its own, on one repository: one writes, the other reads and says so. */
import { expect } from 'chai'
import { eventually } from '../../support/eventually.js'
import { withFakeGithub, type FakeGithub } from '../../support/github/fake-github.js'
import { withWritingAt, type Place } from '../../support/github/writing-rig.js'

const TASKS = { a: { issue: 'create' as const }, b: { issue: 'create' as const } }

function withTwo(use: (github: FakeGithub, one: Place, two: Place) => Promise<void>): Promise<void> {
  return withFakeGithub((github) =>
    withWritingAt(github, {}, (one) => withWritingAt(github, {}, (two) => use(github, one, two))),
  )
}

describe('two orchestras on one repository', function () {
  this.timeout(60_000)

  it('one writes, and the other only reads and says who writes, until the first ends in order', () =>
    withTwo(async (_, one, two) => {
      one.apply({ tasks: TASKS })
      await one.drained()
      two.apply({ tasks: { later: { issue: 'create' } } })
      await eventually(() => expect(two.writing.readsOnly).to.contain('another orchestra writes there'))
      expect(two.writing.problems[0]).to.contain(`store ${one.kernel.store.id}`)
      await eventually(() => expect(two.writing.counts.pending).to.equal(1))
      expect([...one.repository.issues.values()].map(({ title }) => title)).to.have.members(['a', 'b'])
      one.writing.stop()
      await one.writing.leave()
      await two.drained()
      expect(one.repository.issues.size).to.equal(3)
      expect(one.repository.labels.map(({ name }) => name)).to.deep.equal(['orchestra-writer-1'])
    }))

  it('both at once: one of them makes the issues, none is made twice, whatever answers are lost', () =>
    withTwo(async (github, one, two) => {
      let count = 0
      github.faults = ({ method, path }) => {
        if (method === 'GET' || !path.endsWith('/labels') || (count += 1) > 2) return null
        return { kind: 'drop-after' }
      }
      one.apply({ tasks: TASKS })
      two.apply({ tasks: TASKS })
      await eventually(() => {
        expect(one.repository.issues.size).to.equal(2)
        expect([one, two].filter(({ writing }) => writing.readsOnly !== null)).to.have.length(1)
      }, 30_000)
      const writer = one.writing.readsOnly === null ? one : two
      await writer.drained()
      expect([...one.repository.issues.values()].map(({ title }) => title)).to.have.members(['a', 'b'])
    }))

  it('writes where the token may make no labels, because nobody can be kept out there', () =>
    withFakeGithub((github) =>
      withWritingAt(github, {}, async ({ repository, apply, drained }) => {
        repository.permissions.set(github.me.login, 'read')
        apply({ tasks: { a: { issue: 'create' } } })
        await drained()
        expect(repository.issues.size).to.equal(1)
      }),
    ))
})
