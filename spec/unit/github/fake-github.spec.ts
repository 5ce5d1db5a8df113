import { expect } from 'chai'
import { clientContract } from '../../support/github/client-contract.js'
import { Describer } from '../../support/github/description.js'
import { clientAt } from '../../support/github/emulated.js'
import type { FakeGithub } from '../../support/github/fake-github.js'
import { withFakeGithub } from '../../support/github/fake-github.js'
import { someFaults } from '../../support/github/fake-faults.js'
import { mentionsIn } from '../../support/github/fake-world.js'

const TOKEN = 'token-of-orchestra'
const WHERE = { owner: 'owner', repo: 'name' }
const ISSUES = '/repos/{owner}/{repo}/issues'

clientContract('the fake GitHub', (use) =>
  withFakeGithub(async (github) => {
    github.repository()
    await use({ client: clientAt(github.url, TOKEN), ...WHERE })
    expect(github.problems).to.deep.equal([])
  }),
)

describe('the fake GitHub', () => {
  const create = (github: FakeGithub, title = 'T') =>
    clientAt(github.url, TOKEN).write('post', ISSUES, { params: WHERE, body: { title } })

  it('counts no request that is answered by 304, and keeps an ETag to one page', () =>
    withFakeGithub(async (github) => {
      github.repository()
      await create(github)
      const client = clientAt(github.url, TOKEN)
      const first = await client.get(ISSUES, { params: WHERE })
      if (first.kind !== 'done') throw new Error(first.kind)
      const before = github.remaining
      const again = await client.get(ISSUES, { params: WHERE, etag: first.etag })
      expect(again.kind).to.equal('not-modified')
      expect(github.remaining).to.equal(before)
      expect(client.counts).to.include({ sent: 2, counted: 1, notModified: 1 })
      const other = await client.get(ISSUES, { params: WHERE, query: { page: 2 }, etag: first.etag })
      expect(other.kind).to.equal('done')
      await create(github)
      expect((await client.get(ISSUES, { params: WHERE, etag: first.etag })).kind).to.equal('done')
    }))

  const kinds = { 'drop-before': 0, 'drop-after': 1, half: 1 } as const
  for (const [kind, made] of Object.entries(kinds))
    it(`answers nothing of use, having made ${made} issues: ${kind}`, () =>
      withFakeGithub(async (github) => {
        const repository = github.repository()
        github.faults = () => ({ kind: kind as keyof typeof kinds })
        expect(await create(github)).to.include({ kind: 'unknown', wasSent: true })
        expect(repository.issues.size).to.equal(made)
        expect(github.requests).to.have.length(1)
      }))

  it('answers twice, and the second answer is taken for no other request', () =>
    withFakeGithub(async (github) => {
      const repository = github.repository()
      const client = clientAt(github.url, TOKEN)
      github.faults = ({ count }) => (count === 1 ? { kind: 'double' } : null)
      const params = WHERE
      const first = await client.write('post', ISSUES, { params, body: { title: 'One' } })
      expect(first.kind).to.be.oneOf(['done', 'unknown'])
      const second = await client.write('post', ISSUES, { params, body: { title: 'Two' } })
      if (second.kind === 'done') expect(second.data.title).to.equal('Two')
      expect(repository.issues.size).to.equal(github.requests.length)
    }))

  it('hides new issues from lists and the search for a while, if it is told to', () =>
    withFakeGithub(async (github) => {
      github.repository()
      github.lags.list = 60_000
      await create(github)
      const client = clientAt(github.url, TOKEN)
      const list = async () => client.get(ISSUES, { params: WHERE })
      expect(await list()).to.deep.include({ kind: 'done', data: [] })
      github.lags.list = 0
      expect(await list())
        .to.have.property('data')
        .with.length(1)
      github.lags.filtered = 60_000
      expect(await list())
        .to.have.property('data')
        .with.length(1)
      const filtered = client.get(ISSUES, { params: WHERE, query: { labels: 'x' } })
      expect(await filtered).to.deep.include({ data: [] })
    }))

  it('leads from an old name to the new one: 301 for what is read, 307 for what is changed', () =>
    withFakeGithub(async (github) => {
      const repository = github.repository()
      await create(github)
      github.world.rename(repository, 'owner/other')
      const client = clientAt(github.url, TOKEN)
      const found = await client.get('/repos/{owner}/{repo}', { params: WHERE })
      expect(found).to.have.nested.property('data.full_name', 'owner/other')
      expect(await create(github)).to.include({ kind: 'refused', why: 'moved', status: 301 })
      const edit = await client.write('patch', `${ISSUES}/{issue_number}`, {
        params: { ...WHERE, issue_number: 1 },
        body: { title: 'X' },
      })
      expect(edit).to.include({ kind: 'refused', why: 'moved', status: 307 })
      expect(repository.issues.size).to.equal(1)
    }))

  it('drops labels in silence without push access, and refuses a token that may only read', () =>
    withFakeGithub(async (github) => {
      github.repository('owner/name', 'read')
      const client = clientAt(github.url, TOKEN)
      const body = { title: 'T', labels: ['a'] }
      const made = await client.write('post', ISSUES, { params: WHERE, body })
      expect(made).to.have.nested.property('data.labels').with.length(0)
      github.tokens.get(TOKEN)!.issues = 'read'
      expect(await create(github)).to.include({ why: 'forbidden', needs: 'issues=write' })
      github.tokens.delete(TOKEN)
      expect(await create(github)).to.include({ why: 'token' })
    }))

  it('counts who would be mailed', () => {
    expect(mentionsIn('@anna, see @org/team and `@code` and a@b.c and <!-- @hidden -->')).to.deep.equal([
      'anna',
      'org/team',
    ])
  })

  it('does the same for the same seed', () => {
    const request = { method: 'GET', path: '/', operation: '', count: 1 }
    const of = (seed: number) => {
      const faults = someFaults(seed, 0.5)
      return Array.from({ length: 50 }, () => faults(request)?.kind ?? null)
    }
    expect(of(1)).to.deep.equal(of(1))
    expect(of(1)).not.to.deep.equal(of(2))
    expect(of(3).filter((kind) => kind === null).length).to.be.within(15, 35)
  })
})

describe("GitHub's description", () => {
  const exchange = {
    method: 'POST',
    path: '/repos/o/r/issues',
    query: {},
    body: { title: 'T' } as unknown,
    status: 403,
    response: {},
  }
  const problems = (more: Partial<typeof exchange>) => new Describer().problems({ ...exchange, ...more })

  it('knows a typo in a body, a query and a path', () => {
    expect(problems({})).to.deep.equal([])
    expect(problems({ body: { title: 'T', lables: ['a'] } })).to.have.length(1)
    expect(problems({ body: {} })).to.have.length(1)
    expect(problems({ path: '/repos/o/r/isues' })).to.have.length(1)
    expect(problems({ method: 'GET', body: undefined, query: { updated_since: 'x' } })).to.have.length(1)
    expect(
      problems({ path: '/repos/o/r/issues/1/sub_issues', body: { sub_issue_number: 3 } }),
    ).to.have.length(1)
    const edge = '/repos/o/r/issues/1/dependencies/blocked_by'
    expect(problems({ path: edge, body: { issue_id: '3' } })).to.have.length(1)
    expect(problems({ path: edge, body: { issue_id: 3 } })).to.deep.equal([])
  })

  it('knows an answer that lacks something', () => {
    expect(problems({ status: 201, response: { number: 1 } })).to.have.length(1)
    expect(problems({ status: 418 })).to.have.length(1)
  })
})
