/**
 * The built program against a real repository of yours: a private one, where nothing else matters.
 *
 *   GITHUB_TEST_REPOSITORY=owner/name GITHUB_TEST_TOKEN=… npm run test:github
 *   GITHUB_TEST_API=https://HOST/api/v3   another GitHub than github.com
 *
 * The token needs Metadata: read, Issues: read and write. It makes three issues and a few comments, looks at them through the API,
 * and takes away exactly those: comments and labels are deleted, issues closed, because GitHub's REST API deletes no issue.
 * A public repository is refused. Exit 0: everything was as it should be, and is away again.
 */
import { expect } from 'chai'
import { leaseName } from '../lib/core/github/lease.js'
import { parseMarker } from '../lib/core/github/marker.js'
import { DEFAULT_API } from '../lib/core/github/spec.js'
import { commentFacts, issueFacts, repositoryFacts } from '../lib/github/decode.js'
import { GithubClient } from '../lib/github/client.js'
import type { Outcome } from '../lib/github/outcome.js'
import { PACE } from '../lib/github/pace.js'
import { eventually } from '../spec/support/eventually.js'
import { Orchestra } from '../spec/support/orchestra.js'

const { GITHUB_TEST_REPOSITORY: name = '', GITHUB_TEST_TOKEN: token = '' } = process.env
const api = process.env['GITHUB_TEST_API'] ?? DEFAULT_API
const [owner = '', repo = ''] = name.split('/')
if (token === '' || repo === '') {
  console.error('GITHUB_TEST_REPOSITORY=owner/name and GITHUB_TEST_TOKEN=… are needed (see CONTRIBUTING.md)')
  process.exit(2)
}
const params = { owner, repo }
const client = new GithubClient({
  api,
  token: () => Promise.resolve(token),
  pace: PACE,
  now: Date.now,
  userAgent: 'tmux-orchestra-test',
})
const run = `test-${Date.now().toString(36)}`
const titles = [`Test of orchestra ${run}`, `first: ${run}`, `second: ${run}`]
const LABELS = '/repos/{owner}/{repo}/labels/{name}'
const LEASE = { ...params, name: leaseName(1) }

const orchestra = new Orchestra({ env: { GITHUB_TEST_TOKEN: token } })
let hadLease = true
try {
  const repository = repositoryFacts(dataOf(await client.get('/repos/{owner}/{repo}', { params })))
  if (repository?.isPrivate !== true) throw new Error(`${name} is not private: nothing was written`)
  hadLease = (await client.get(LABELS, { params: LEASE })).kind === 'done'
  await write()
  await look()
  console.log(`all of it was there once: ${titles.join(', ')}`)
} catch (error) {
  console.error(
    (await orchestra.run(['github', 'status'])).stdout,
    (await orchestra.run(['github', 'outbox'])).stdout,
  )
  throw error
} finally {
  await orchestra.run(['down'])
  await orchestra.close()
  console.log(`taken away: ${await takeAway()}`)
}

/** A run of two tasks with an issue each, one of which fails, and a report that is asked for. */
async function write(): Promise<void> {
  orchestra.write(
    'orchestra.yaml',
    `version: 1
session: ${run}
title: ${titles[0]}
layers: { L0: MAESTRO }
machines:
  here: { kind: local, layer: L0 }
  hub: { kind: github, repository: ${name} }
github:
  hub: { api: '${api}', token: { env: GITHUB_TEST_TOKEN }, mode: mirror, master: create, poll: { active: 10s, idle: 10s } }
tasks:
  first: { type: command, title: '${run}', command: 'true', issue: create }
  second: { type: command, title: '${run}', command: 'exit 3', issue: create, needs: [first], retry: { attempts: 1 } }
`,
  )
  await orchestra.ok('up', '-d', '--run')
  await eventually(
    async () => expect((await mine()).map(({ title }) => title)).to.have.members(titles),
    120_000,
  )
  await orchestra.ok('github', 'report', 'synthesis', '--post')
  await eventually(
    async () => expect(await orchestra.ok('github', 'outbox')).to.contain('nothing waits'),
    120_000,
  )
}

async function look(): Promise<void> {
  const issues = await mine()
  expect(issues.map(({ title }) => title)).to.have.members(titles)
  const [master, first, second] = titles.map((title) => issues.find((one) => one.title === title)!)
  expect(first).to.include({ state: 'closed' })
  expect(second).to.include({ state: 'open' })
  expect(second!.body).to.contain(`depends: #${first!.number}`)
  const said = async (issue: number) => (await commentsOf(issue)).map(({ body }) => body.split('\n')[0])
  expect(await said(first!.number)).to.deep.equal(['### first: complete'])
  expect(await said(second!.number)).to.deep.equal(['### second: failed'])
  expect((await said(master!.number)).filter((line) => line?.startsWith('## Team Status'))).to.have.length(1)
}

/** Ours alone: by the title that no other run has, and by the marker at the end. */
async function mine() {
  const query = { state: 'all', sort: 'created', direction: 'desc', per_page: 30 } as const
  const list = dataOf(await client.get('/repos/{owner}/{repo}/issues', { params, query }))
  const all = list.flatMap((one) => issueFacts(one) ?? [])
  return all.filter(({ title, body }) => titles.includes(title) && parseMarker(body) !== null)
}

async function commentsOf(issue: number) {
  const route = '/repos/{owner}/{repo}/issues/{issue_number}/comments' as const
  const list = dataOf(await client.get(route, { params: { ...params, issue_number: issue } }))
  return list.flatMap((one) => commentFacts(one) ?? []).filter(({ body }) => parseMarker(body) !== null)
}

async function takeAway(): Promise<string> {
  const issues = await mine()
  let comments = 0
  for (const { number } of issues) {
    for (const { id } of await commentsOf(number)) {
      const route = '/repos/{owner}/{repo}/issues/comments/{comment_id}' as const
      await client.write('delete', route, { params: { ...params, comment_id: id } })
      comments += 1
    }
    const route = '/repos/{owner}/{repo}/issues/{issue_number}' as const
    const body = { state: 'closed', state_reason: 'not_planned' } as const
    await client.write('patch', route, { params: { ...params, issue_number: number }, body })
  }
  if (!hadLease) await client.write('delete', LABELS, { params: LEASE })
  return `${comments} comments deleted, ${issues.length} issues closed`
}

function dataOf<T>(outcome: Outcome<T>): T {
  if (outcome.kind !== 'done') throw new Error(`GitHub: ${JSON.stringify(outcome)}`)
  return outcome.data
}
