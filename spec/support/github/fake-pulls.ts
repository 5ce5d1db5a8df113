/** Pull requests of the fake GitHub. Each is an issue, too, as on GitHub. */
import type { FakeJson } from './fake-json.js'
import { isoOrNull } from './fake-json.js'
import { refuse } from './fake-refuse.js'
import type { FakeReply, Handler } from './fake-routes.js'
import type { FakeIssue, FakePull, FakeRepository } from './fake-world.js'

type Json = Record<string, unknown>

const problem = (message: string): FakeReply =>
  refuse(422, 'Validation Failed', { errors: [{ resource: 'PullRequest', code: 'custom', message }] })

/** `owner:branch`, or the branch alone. */
const branchIn = (head: string) => head.slice(head.indexOf(':') + 1)

const createPull: Handler = ({ body, repository, me, permission }, { world, json, api }) => {
  const head = branchIn(String(body['head']))
  const base = String(body['base'])
  if (permission === 'read') return refuse(403, 'Resource not accessible by personal access token')
  if (!repository.hasBranch(head))
    return refuse(422, 'Validation Failed', {
      errors: [{ resource: 'PullRequest', field: 'head', code: 'invalid' }],
    })
  const isOpen = ({ number, ...pull }: FakePull) =>
    pull.head === head && pull.base === base && repository.issues.get(number)?.state === 'open'
  if ([...repository.pulls.values()].some(isOpen))
    return problem(`A pull request already exists for ${repository.owner}:${head}.`)
  const issue = world.addIssue(repository, {
    title: String(body['title']),
    body: typeof body['body'] === 'string' ? body['body'] : '',
    user: me,
    isPullRequest: true,
  })
  const pull: FakePull = { number: issue.number, head, base, merged: null }
  repository.pulls.set(issue.number, pull)
  return {
    status: 201,
    body: pullJson(json, repository, pull, issue, 'pull'),
    headers: { location: `${api()}/repos/${repository.fullName}/pulls/${issue.number}` },
  }
}

const listPulls: Handler = ({ query, repository }, { json, lags, world }) => {
  const state = query['state'] ?? 'open'
  const isFiltered = query['head'] !== undefined || query['base'] !== undefined
  const lag = isFiltered ? Math.max(lags.list, lags.filtered) : lags.list
  const found = repository.issuesByTime('createdAt').flatMap((issue) => {
    const pull = repository.pulls.get(issue.number)
    const isMeant =
      pull !== undefined &&
      (lag === 0 || issue.createdAt <= world.now() - lag) &&
      (state === 'all' || issue.state === state) &&
      (query['head'] === undefined || query['head'] === `${repository.owner}:${pull.head}`) &&
      (query['base'] === undefined || query['base'] === pull.base)
    return isMeant ? [pullJson(json, repository, pull, issue, 'pulls')] : []
  })
  if (query['direction'] === 'asc') found.reverse()
  return { status: 200, list: found }
}

const onePull: Handler = ({ params, repository }, { json }) => {
  const pull = repository.pulls.get(Number(params['pull_number']))
  const issue = pull === undefined ? undefined : repository.issues.get(pull.number)
  return pull === undefined || issue === undefined
    ? refuse(404, 'Not Found')
    : { status: 200, body: pullJson(json, repository, pull, issue, 'pull') }
}

function pullJson(
  json: FakeJson,
  repository: FakeRepository,
  pull: FakePull,
  issue: FakeIssue,
  form: 'pull' | 'pulls',
): Json {
  const like = json.pull(form)
  const side = (name: 'head' | 'base', ref: string) => ({
    ...(like[name] as Json),
    ref,
    label: `${repository.owner}:${ref}`,
  })
  const known = json.issue(repository, issue)
  return {
    ...like,
    ...Object.fromEntries(
      ['id', 'number', 'title', 'body', 'user', 'state', 'created_at', 'updated_at', 'closed_at'].map(
        (name) => [name, known[name]],
      ),
    ),
    html_url: known['html_url'],
    // The example of a team lacks what the description asks for.
    requested_teams: [],
    head: side('head', pull.head),
    base: side('base', pull.base),
    merged_at: pull.merged === null ? null : isoOrNull(issue.closedAt),
    merge_commit_sha: pull.merged,
    ...(form === 'pull' ? { merged: pull.merged !== null } : {}),
  }
}

export const pullRoutes = (repo: string): Readonly<Record<string, Handler>> => ({
  [`GET ${repo}/pulls`]: listPulls,
  [`POST ${repo}/pulls`]: createPull,
  [`GET ${repo}/pulls/{pull_number}`]: onePull,
})
