/** Pull requests by the outbox: one for a branch, whatever becomes of the answers. */
import { expect } from 'chai'
import type { Work } from '../../../lib/core/github/outbox-row.js'
import { eventually } from '../../support/eventually.js'
import { someFaults } from '../../support/github/fake-faults.js'
import type { FakeRepository } from '../../support/github/fake-world.js'
import { withOutbox } from '../../support/github/with-outbox.js'

const pull = (branch: string): Work => ({
  kind: 'pull',
  subject: `app/${branch}`,
  branch,
  into: 'main',
  title: `Land ${branch}`,
  body: 'closes #1, @somebody',
  about: 4,
})
const titles = ({ issues }: FakeRepository) => [...issues.values()].map(({ title }) => title)

describe('pull requests', () => {
  it('says what it is for and calls nobody', () =>
    withOutbox(async ({ github, repository, rig }) => {
      rig.outbox.enqueue(pull('orchestra/s/a.1'))
      rig.outbox.start()
      const end = await rig.outbox.ended('pull/app/orchestra/s/a.1')
      expect(end).to.deep.include({ state: 'sent' })
      expect(rig.outbox.row('pull/app/orchestra/s/a.1')?.remote).to.include({
        number: 1,
        url: 'https://github.com/owner/name/pull/1',
      })
      expect([...repository.pulls.values()]).to.deep.equal([
        { number: 1, head: 'orchestra/s/a.1', base: 'main', merged: null },
      ])
      expect(repository.issues.get(1)?.body).to.match(/\n\nFor #4\n\n<!-- orchestra:1 [^\n]* -->$/)
      expect(repository.issues.get(1)?.body).to.not.match(/closes #1|@somebody/)
      expect(github.world.mails).to.deep.equal([])
    }))

  for (const kind of ['drop-after', 'drop-before', 'half', 'double'] as const)
    it(`makes one when an answer is lost (${kind})`, () =>
      withOutbox(async ({ github, repository, rig }) => {
        const posts = () => github.requests.filter(({ method }) => method === 'POST')
        github.faults = ({ method }) => (method === 'POST' && posts().length === 0 ? { kind } : null)
        rig.outbox.enqueue(pull('b'))
        rig.outbox.start()
        await rig.drained()
        expect(titles(repository)).to.deep.equal(['Land b'])
        expect(rig.outbox.row('pull/app/b')?.remote?.number).to.equal(1)
      }))

  it('makes each of twelve once while half of all requests fail', () =>
    withOutbox(async ({ github, repository, rig }) => {
      github.faults = someFaults(5, 0.5, { lateMs: 20 })
      const names = Array.from({ length: 12 }, (_, n) => `b-${n}`)
      for (const name of names) rig.outbox.enqueue(pull(name))
      rig.outbox.start()
      await rig.drained()
      expect(titles(repository)).to.have.members(names.map((name) => `Land ${name}`))
    })).timeout(30_000)

  it('takes the open one that a person made, and is refused what GitHub cannot make', () =>
    withOutbox(async ({ github, repository, rig }) => {
      const made = github.world.addIssue(repository, { title: 'by hand', isPullRequest: true })
      repository.pulls.set(made.number, { number: made.number, head: 'b', base: 'main', merged: null })
      repository.hasBranch = (name) => name === 'b'
      rig.outbox.enqueue(pull('b'))
      rig.outbox.enqueue(pull('absent'))
      rig.outbox.start()
      await rig.drained()
      expect(rig.outbox.row('pull/app/b')).to.deep.include({ state: 'sent', attempts: 1 })
      expect(rig.outbox.row('pull/app/b')?.remote?.number).to.equal(made.number)
      expect(rig.outbox.row('pull/app/absent')).to.include({ state: 'refused', attempts: 1 })
      expect(titles(repository)).to.deep.equal(['by hand'])
    }))

  it('goes on where it was killed, and tells the end to whoever waits', () =>
    withOutbox(async ({ github, repository, rig, again }) => {
      github.faults = ({ method }) => (method === 'POST' ? { kind: 'late', ms: 60_000 } : null)
      rig.outbox.enqueue(pull('b'))
      const ended = rig.outbox.ended('pull/app/b')
      rig.outbox.start()
      await eventually(() => expect(repository.pulls.size).to.equal(1))
      github.faults = () => null
      const second = await again()
      expect(await ended).to.equal('stopped')
      const end = second.outbox.ended('pull/app/b')
      second.outbox.start()
      expect(await end).to.deep.include({ state: 'sent' })
      expect(repository.pulls.size).to.equal(1)
    }))
})
