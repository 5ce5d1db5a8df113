/** What every GitHub does with what orchestra's client sends: ours, and one that somebody else wrote. */
import { expect } from 'chai'
import type { GithubClient } from '../../../lib/github/client.js'
import { commentFacts, issueFacts, repositoryFacts } from '../../../lib/github/decode.js'
import type { Outcome } from '../../../lib/github/outcome.js'

export interface ContractPlace {
  readonly client: GithubClient
  readonly owner: string
  readonly repo: string
}

function dataOf<T>(outcome: Outcome<T>): T {
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome))
  return outcome.data
}

export function clientContract(
  name: string,
  withPlace: (use: (place: ContractPlace) => Promise<void>) => Promise<void>,
): void {
  describe(`${name}, as the client sees it`, () => {
    it('makes an issue, with its number in the answer, and lists it newest first', () =>
      withPlace(async ({ client, owner, repo }) => {
        const params = { owner, repo }
        for (const title of ['One', 'Two', 'Three']) {
          const made = await client.write('post', '/repos/{owner}/{repo}/issues', {
            params,
            body: { title, body: `of ${title}`, labels: ['orchestra'] },
          })
          expect(made).to.include({ kind: 'done', status: 201 })
          expect(issueFacts(dataOf(made))).to.include({ title, body: `of ${title}`, state: 'open' })
        }
        const query = { state: 'all', sort: 'created', direction: 'desc', per_page: 2 } as const
        const page = await client.get('/repos/{owner}/{repo}/issues', { params, query })
        if (page.kind !== 'done') throw new Error(page.kind)
        expect(page.data.map((one) => issueFacts(one)?.title)).to.deep.equal(['Three', 'Two'])
        expect(page.at).to.be.a('number')
        const rest = await client.follow<typeof page.data>(page.next ?? '')
        expect(dataOf(rest).map((one) => issueFacts(one)?.title)).to.deep.equal(['One'])
      }))

    it('keeps comments, edits one in place, and lists those of an issue', () =>
      withPlace(async ({ client, owner, repo }) => {
        const params = { owner, repo }
        const body = { title: 'T' }
        const issue = dataOf(await client.write('post', '/repos/{owner}/{repo}/issues', { params, body }))
        const at = { ...params, issue_number: issue.number }
        const made = await client.write('post', '/repos/{owner}/{repo}/issues/{issue_number}/comments', {
          params: at,
          body: { body: 'first' },
        })
        const comment = commentFacts(dataOf(made))!
        expect(comment).to.include({ body: 'first', issue: issue.number })
        await client.write('patch', '/repos/{owner}/{repo}/issues/comments/{comment_id}', {
          params: { ...params, comment_id: comment.id },
          body: { body: 'second' },
        })
        const list = await client.get('/repos/{owner}/{repo}/issues/{issue_number}/comments', { params: at })
        expect(dataOf(list).map((one) => commentFacts(one)?.body)).to.deep.equal(['second'])
      }))

    it('closes an issue with a reason', () =>
      withPlace(async ({ client, owner, repo }) => {
        const params = { owner, repo }
        const body = { title: 'T' }
        const issue = dataOf(await client.write('post', '/repos/{owner}/{repo}/issues', { params, body }))
        const closed = await client.write('patch', '/repos/{owner}/{repo}/issues/{issue_number}', {
          params: { ...params, issue_number: issue.number },
          body: { state: 'closed', state_reason: 'completed' },
        })
        expect(issueFacts(dataOf(closed))).to.include({ state: 'closed' })
      }))

    it('adds labels to those that are there, and takes one away', () =>
      withPlace(async ({ client, owner, repo }) => {
        const params = { owner, repo }
        const body = { title: 'T', labels: ['theirs'] }
        const issue = dataOf(await client.write('post', '/repos/{owner}/{repo}/issues', { params, body }))
        const at = { ...params, issue_number: issue.number }
        const labels = '/repos/{owner}/{repo}/issues/{issue_number}/labels'
        await client.write('post', labels, { params: at, body: { labels: ['ours'] } })
        await client.write('delete', `${labels}/{name}`, { params: { ...at, name: 'ours' } })
        await client.write('post', labels, { params: at, body: { labels: ['new'] } })
        const found = dataOf(await client.get('/repos/{owner}/{repo}/issues/{issue_number}', { params: at }))
        expect(issueFacts(found)?.labels).to.have.members(['theirs', 'new'])
      }))

    it('says who we are, what the repository is, and what is not there', () =>
      withPlace(async ({ client, owner, repo }) => {
        expect(dataOf(await client.get('/user', { params: {} })).login).to.be.a('string')
        const found = await client.get('/repos/{owner}/{repo}', { params: { owner, repo } })
        expect(repositoryFacts(dataOf(found))).to.include({ fullName: `${owner}/${repo}`, isPrivate: true })
        const none = await client.get('/repos/{owner}/{repo}/issues/{issue_number}', {
          params: { owner, repo, issue_number: 4711 },
        })
        expect(none).to.include({ kind: 'refused', why: 'missing' })
      }))
  })
}
