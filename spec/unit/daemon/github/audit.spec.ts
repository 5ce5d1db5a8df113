import { expect } from 'chai'
import { taskOf } from '../../../../lib/simulate/layout-of.js'
import { PERSON } from '../../../support/principals.js'
import { withConnection, type ConnectionRig } from '../../../support/github/connection-rig.js'

const MIN = 60_000

describe('a look at GitHub', function () {
  this.timeout(20_000)

  const requestsOf = async ({ github }: ConnectionRig, look: () => Promise<void>) => {
    const before = github.requests.length
    await look()
    expect(github.problems).to.deep.equal([])
    return github.requests.slice(before)
  }

  it('reads labels and milestones with their ETags, every ten minutes', () =>
    withConnection(async (rig) => {
      const { github, kernel, connect } = rig
      const repository = github.repository()
      const milestone = { id: 1, number: 4, title: 'Beta', description: null, dueOn: null }
      repository.milestones.push({ ...milestone, state: 'open' })
      for (let n = 0; n < 130; n += 1)
        repository.labels.push({ id: 900 + n, name: `label ${n}`, color: 'ededed', description: null })
      const connection = connect()
      await connection.look()
      expect(connection.cache.poll.labels).to.have.length(130)
      expect(connection.cache.poll.milestones.map(({ number, title }) => [number, title])).to.deep.equal([
        [4, 'Beta'],
      ])
      expect(await requestsOf(rig, () => connection.look())).to.have.length(3)
      kernel.at += 10 * MIN
      const slow = await requestsOf(rig, () => connection.look())
      const of = (name: string) => slow.filter(({ path }) => path.endsWith(`/${name}`))
      expect(
        [of('labels'), of('milestones')].map((asked) => asked.map(({ status }) => status)),
      ).to.deep.equal([[304], [304]])
      repository.milestones.push({ ...milestone, id: 2, number: 5, title: 'Release', state: 'closed' })
      kernel.at += 10 * MIN
      await connection.look()
      expect(connection.cache.poll.milestones.map(({ state }) => state)).to.deep.equal(['open', 'closed'])
    }))

  it('asks for comments again when an issue has more of them than an ETag that is stuck lets see', () =>
    withConnection(async ({ github, connect }) => {
      const repository = github.repository()
      const issue = github.world.addIssue(repository, { title: 'one' })
      const connection = connect()
      await connection.look()
      github.stuck.add('/repos/owner/name/issues/comments')
      github.world.addComment(repository, issue.number, { body: 'hidden by a validator' })
      await connection.look()
      expect([...connection.cache.comments.values()].map(({ body }) => body)).to.deep.equal([
        'hidden by a validator',
      ])
    }))

  it('counts no more than eleven requests in a quiet hour', () =>
    withConnection(async ({ github, kernel, connect }) => {
      const repository = github.repository()
      for (let n = 1; n <= 50; n += 1) github.world.addIssue(repository, { title: `issue ${n}` })
      const connection = connect()
      await connection.look()
      const before = connection.client.counts
      for (let minute = 0; minute < 60; minute += 1) {
        kernel.at += MIN
        await connection.look()
      }
      const { sent, counted } = connection.client.counts
      expect(sent - before.sent).to.be.at.most(192 + 12)
      expect(counted - before.counted).to.be.at.most(11)
    }))

  it('tells once that an issue of a task was deleted or moved, and that it is back', () =>
    withConnection(async ({ github, kernel, connect, missing, seen }) => {
      const repository = github.repository()
      const other = github.repository('owner/other')
      const there = github.world.addIssue(other, { title: 'moved here' })
      const updatedAt = github.world.now() - 24 * 60 * MIN
      const [kept, deleted, moved, loose] = ['kept', 'deleted', 'moved', 'loose'].map((title) =>
        github.world.addIssue(repository, { title, updatedAt }),
      )
      // More than a page, so that an ordinary look does not go to the end.
      for (let n = 1; n <= 150; n += 1)
        github.world.addIssue(repository, {
          title: `issue ${n}`,
          updatedAt: github.world.now() - n * 5 * MIN,
        })
      const bind = (number: number) =>
        kernel.loop.dispatch({
          type: 'task.submitted',
          at: kernel.at,
          task: taskOf(`T${number}`, { issue: number }),
          by: PERSON,
        })
      for (const one of [kept!, deleted!, moved!]) bind(one.number)
      bind(404)
      const connection = connect()
      await connection.look()
      expect(missing).to.deep.equal([[404, 'deleted']])
      deleted!.fate = 'gone'
      loose!.fate = 'gone'
      moved!.fate = { movedTo: `${github.url}/repositories/${other.id}/issues/${there.number}` }
      await connection.look()
      expect(missing).to.have.length(1)
      kernel.at += 61 * MIN
      await connection.look()
      expect(missing.slice(1).filter(([number]) => number !== 404)).to.deep.equal([
        [deleted!.number, 'deleted'],
        [moved!.number, 'moved'],
        [loose!.number, 'deleted'],
      ])
      // Nothing of it is offered to an import any more.
      expect([...connection.cache.issues.values()].map(({ title }) => title))
        .to.include('kept')
        .and.not.include.members(['deleted'])
      expect(connection.cache.issues.size).to.equal(151)
      expect(kept!.state).to.equal('open')
      deleted!.fate = 'here'
      deleted!.updatedAt = github.world.now() + 5000
      await connection.look()
      expect(seen.issues.at(-1)?.number).to.equal(deleted!.number)
      expect(github.problems).to.deep.equal([])
    }))
})
