import { expect } from 'chai'
import { checkedId, type TaskId } from '../../../lib/core/ids.js'
import { PERSON as ANNA } from '../../support/principals.js'
import { eventually } from '../../support/eventually.js'
import type { FakeRepository } from '../../support/github/fake-world.js'
import { agentComes, begins, withWriting } from '../../support/github/writing-rig.js'

const titles = ({ issues }: FakeRepository) => [...issues.values()].map(({ title }) => title)
const bodies = ({ comments }: FakeRepository) => [...comments.values()].map(({ body }) => body)

describe('the run, written to GitHub', function () {
  this.timeout(30_000)

  it('has an issue for each task that wants one, once, in the order of their needs, bound, with what it waits for', () =>
    withWriting(
      { scope: { milestone: null, labels: ['orchestra'], parent: null } },
      async ({ repository, kernel, apply, drained }) => {
        const tasks = {
          last: { issue: 'create' as const, needs: ['first', 'middle'] },
          first: { issue: 'create' as const, tier: 'P0' as const, title: 'First @CG-1' },
          middle: { issue: 'create' as const, needs: ['first'] },
          without: {},
        }
        apply({ tasks })
        await drained()
        apply({ tasks })
        await drained()
        expect(titles(repository)).to.deep.equal(['First @\u200bCG-1', 'middle', 'last'])
        expect(repository.issues.get(1)?.labels).to.have.members(['orchestra', 'P0'])
        expect(repository.issues.get(3)?.body).to.match(/\ndepends: #1\ndepends: #2\n/)
        expect(repository.issues.get(3)?.blockedBy).to.have.members([1, 2])
        expect(kernel.loop.state.issues.get(checkedId<TaskId>('last'))).to.include({
          number: 3,
          how: 'created',
        })
      },
    ))

  it('makes the forty issues of a plan that was reviewed once, though answers are lost and it is applied again', () =>
    withWriting({}, async ({ github, repository, apply, drained }) => {
      const planner = { plan: { title: 'Write tasks.yaml' } }
      apply({ tasks: planner })
      await drained()
      expect(github.writes.filter(({ path }) => path.endsWith('/issues'))).to.deep.equal([])
      const planned = Object.fromEntries(
        Array.from({ length: 40 }, (_, at) => [
          `task-${at + 1}`,
          { issue: 'create' as const, title: `Part ${at + 1}` },
        ]),
      )
      let count = 0
      github.faults = ({ method, path }) =>
        method === 'POST' && path.endsWith('/issues') && (count += 1) % 10 === 3
          ? { kind: 'drop-after' }
          : null
      apply({ tasks: { ...planner, ...planned } })
      await drained()
      apply({ tasks: { ...planner, ...planned } })
      await drained()
      expect(titles(repository)).to.deep.equal(Array.from({ length: 40 }, (_, at) => `Part ${at + 1}`))
    }))

  it('overwrites nothing that a person changes while a task runs, and answers none of it with a write', () =>
    withWriting({ stateLabel: 'orchestra:' }, async (place) => {
      const { github, repository, apply, drained, kernel, writing } = place
      const issue = github.world.addIssue(repository, { title: 'T', labels: ['bug'] })
      apply({ tasks: { T: { issue: 1 } } })
      agentComes(place)
      begins(place, 'T')
      await drained()
      const before = github.writes.length
      Object.assign(issue, { title: 'Another', body: 'as a person wrote it', state: 'closed', milestone: 3 })
      issue.labels.splice(0, 1, 'wontfix')
      const asLeft = structuredClone(issue)
      place.happens({ type: 'issue.seen', task: checkedId<TaskId>('T'), state: 'closed' })
      for (let look = 0; look < 20; look += 1) writing.changed()
      await drained()
      expect(github.writes.length).to.equal(before)
      expect(issue).to.deep.equal(asLeft)
      expect(kernel.loop.state.tasks.get(checkedId<TaskId>('T'))?.status).to.equal('IN_PROGRESS')
    }))

  it('writes nothing in mode read, nor into a public repository that nobody allowed', async () => {
    await withWriting(
      { mode: 'read', master: 1, post: ['worker'] },
      async ({ github, repository, apply, writing }) => {
        github.world.addIssue(repository, { title: 'T' })
        apply({ tasks: { a: { issue: 1 } } })
        writing.enqueue({ kind: 'reaction', comment: 1, content: 'eyes' })
        await new Promise((resolve) => setTimeout(resolve, 400))
        expect(github.writes).to.deep.equal([])
        expect(writing.outbox.rows).to.deep.equal([])
        expect(() => writing.bindings.export([])).to.throw('mode read')
      },
    )
    await withWriting({}, async ({ github, repository, apply, writing }) => {
      repository.isPrivate = false
      apply({ tasks: { a: { issue: 'create' } } })
      await eventually(() => expect(writing.problems.join()).to.contain('public: true'))
      expect(github.writes).to.deep.equal([])
    })
  })

  it('makes the issue that all report to, and posts there', () =>
    withWriting({ master: 'create' }, async ({ repository, apply, writing, drained }) => {
      apply({ tasks: { a: {} } })
      await drained()
      expect(writing.master).to.equal(1)
      expect(writing.post('synthesis', null, '## Team Status')).to.equal(1)
      await drained()
      expect(bodies(repository).some((body) => body.startsWith('## Team Status'))).to.equal(true)
    }))

  it('links, unlinks and exports, and refuses what is bound otherwise', () =>
    withWriting({}, async ({ github, repository, apply, writing, kernel, drained }) => {
      github.world.addIssue(repository, { title: 'T' })
      github.world.addIssue(repository, { title: 'PR', isPullRequest: true })
      apply({ tasks: { a: {}, b: {}, c: { issue: 7 } } })
      await writing.bindings.link('a', 1, ANNA)
      expect(kernel.loop.state.issues.get(checkedId<TaskId>('a'))).to.include({
        number: 1,
        how: 'link',
        state: 'open',
      })
      const refused = async (what: Promise<void>) =>
        what.then(
          () => 'done',
          (error: Error) => error.message,
        )
      expect(await refused(writing.bindings.link('b', 1, ANNA))).to.contain('bound to a')
      expect(await refused(writing.bindings.link('b', 2, ANNA))).to.contain('pull request')
      expect(await refused(writing.bindings.link('b', 99, ANNA))).to.contain('not found')
      expect(() => writing.bindings.unlink('c', ANNA)).to.throw('the layout binds c')
      writing.bindings.unlink('a', ANNA)
      expect(writing.bindings.export(['b'])).to.deep.equal(['b'])
      await drained()
      expect(writing.bindings.export(['b'])).to.deep.equal([])
      expect(titles(repository).filter((title) => title === 'b')).to.have.length(1)
    }))

  it('stops and goes on as a person says, also over a restart', () =>
    withWriting({}, async ({ repository, apply, writing, drained }) => {
      writing.pause(true)
      apply({ tasks: { a: { issue: 'create' } } })
      await eventually(() => expect(writing.problems.join()).to.contain('paused'))
      expect(repository.issues.size).to.equal(0)
      expect(writing.plan().map(({ key }) => key)).to.deep.equal(['issue/a'])
      writing.pause(false)
      await drained()
      expect(repository.issues.size).to.equal(1)
    }))
})
