/** What the fake GitHub does with a request, one function an operation. */
import { example } from './description.js'
import { isoOrNull, labelNamed, type FakeJson } from './fake-json.js'
import { actionsRoutes } from './fake-actions.js'
import { addLabel, labelRoutes } from './fake-labels.js'
import { pullRoutes } from './fake-pulls.js'
import { refuse } from './fake-refuse.js'
import type { FakeIssue, FakePermission, FakeRepository, FakeUser, FakeWorld } from './fake-world.js'

type Json = Record<string, unknown>

export interface FakeRequest {
  /** As the description writes it: `POST /repos/{owner}/{repo}/issues`. */
  readonly operation: string
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly body: Json
  readonly me: FakeUser
  readonly permission: FakePermission
  readonly repository: FakeRepository
}

export interface FakeReply {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** A list: the server cuts it into pages. `wrap` puts a page into what it stands in. */
  readonly list?: readonly unknown[]
  readonly wrap?: (page: readonly unknown[], total: number) => unknown
}

export interface FakeLags {
  /** So long a new thing is in no list, of those that are filtered by more than state, in the search. */
  list: number
  filtered: number
  search: number
}

export interface FakeContext {
  readonly world: FakeWorld
  readonly json: FakeJson
  readonly lags: FakeLags
  readonly api: () => string
}

export type Handler = (request: FakeRequest, context: FakeContext) => FakeReply

export const invalid = (resource: string, code: string, field: string): FakeReply =>
  refuse(422, 'Validation Failed', { errors: [{ resource, code, field }] })

export const mayPush = ({ permission }: FakeRequest) => permission === 'admin' || permission === 'write'
const REPO = '/repos/{owner}/{repo}'
const ISSUE = `${REPO}/issues/{issue_number}`

/** GitHub counts neither bytes nor code units; what is too long by any count is refused here. */
const tooLong = (text: unknown) => typeof text === 'string' && text.length > 65_536

function issueOf({ params, repository }: FakeRequest): FakeIssue | FakeReply {
  const issue = repository.issues.get(Number(params['issue_number']))
  if (issue === undefined) return refuse(404, 'Not Found')
  if (issue.fate === 'gone') return refuse(410, 'This issue was deleted')
  if (issue.fate !== 'here')
    return { status: 301, body: { message: 'Moved Permanently' }, headers: { location: issue.fate.movedTo } }
  return issue
}

const isReply = (value: FakeIssue | FakeReply): value is FakeReply => 'status' in value

/** With the issue that the path names. */
const ofIssue =
  (work: (issue: FakeIssue, request: FakeRequest, context: FakeContext) => FakeReply): Handler =>
  (request, context) => {
    const issue = issueOf(request)
    return isReply(issue) ? issue : work(issue, request, context)
  }

function isShown(at: number, { world }: FakeContext, lag: number): boolean {
  return lag === 0 || at <= world.now() - lag
}

const createIssue: Handler = (request, context) => {
  const { body, repository, me } = request
  const { world, json } = context
  if (!repository.hasIssues) return refuse(410, 'Issues are disabled for this repo')
  if (typeof body['title'] !== 'string' || body['title'] === '')
    return invalid('Issue', 'missing_field', 'title')
  if (body['title'].length > 256 || tooLong(body['body']))
    return refuse(422, 'Validation Failed', {
      errors: [{ resource: 'Issue', code: 'custom', field: 'body', message: 'body is too long' }],
    })
  const milestone = body['milestone']
  if (typeof milestone === 'number' && !repository.milestones.some(({ number }) => number === milestone))
    return invalid('Issue', 'invalid', 'milestone')
  const labels = mayPush(request) ? ((body['labels'] as string[] | undefined) ?? []) : []
  for (const name of labels) addLabel(context, repository, name)
  const issue = world.addIssue(repository, {
    title: body['title'],
    body: typeof body['body'] === 'string' ? body['body'] : '',
    user: me,
    // Without push access they are dropped, and nothing says so.
    labels,
    milestone: mayPush(request) && typeof milestone === 'number' ? milestone : null,
  })
  return {
    status: 201,
    body: json.issue(repository, issue),
    headers: { location: `${context.api()}/repos/${repository.fullName}/issues/${issue.number}` },
  }
}

const listIssues: Handler = ({ query, repository }, context) => {
  const { lags, json } = context
  const isFiltered = ['labels', 'milestone', 'assignee', 'creator', 'mentioned', 'type'].some(
    (name) => query[name] !== undefined,
  )
  const key = query['sort'] === 'updated' ? 'updatedAt' : 'createdAt'
  const wanted = query['state'] ?? 'open'
  const labels = (query['labels'] ?? '').split(',').filter((name) => name !== '')
  const since = query['since'] === undefined ? -Infinity : Date.parse(query['since'])
  const milestone = query['milestone']
  const found = repository
    .issuesByTime(key)
    .filter(
      (issue) =>
        isShown(issue.createdAt, context, isFiltered ? Math.max(lags.list, lags.filtered) : lags.list) &&
        (wanted === 'all' || issue.state === wanted) &&
        labels.every((name) => issue.labels.includes(name)) &&
        Math.floor(issue.updatedAt / 1000) * 1000 >= since &&
        (milestone === undefined || milestone === '*' || String(issue.milestone ?? 'none') === milestone),
    )
  if (query['direction'] === 'asc') found.reverse()
  return { status: 200, list: found.map((issue) => json.issue(repository, issue)) }
}

const editIssue = ofIssue((issue, request, { json, world }) => {
  const { body, repository, me } = request
  const isOwn = issue.user.id === me.id
  if (!mayPush(request) && !isOwn) return refuse(403, 'Must have admin rights to Repository.')
  if (typeof body['title'] === 'string') issue.title = body['title']
  if (typeof body['body'] === 'string') issue.body = body['body']
  if (Array.isArray(body['labels']) && mayPush(request)) issue.labels = body['labels'] as string[]
  if (typeof body['milestone'] === 'number' || body['milestone'] === null) issue.milestone = body['milestone']
  const state = body['state']
  if ((state === 'open' || state === 'closed') && state !== issue.state) {
    issue.state = state
    issue.closedAt = state === 'closed' ? world.now() : null
    issue.closedBy = state === 'closed' ? me : null
  }
  if (state !== undefined)
    issue.stateReason =
      (body['state_reason'] as string | undefined) ?? (state === 'closed' ? 'completed' : 'reopened')
  world.touch(repository, issue.number)
  return { status: 200, body: json.issue(repository, issue) }
})

const byAge = (a: { createdAt: number; id: number }, b: { createdAt: number; id: number }) =>
  a.createdAt - b.createdAt || a.id - b.id

const listComments: Handler = ({ query, repository, params }, context) => {
  const number = params['issue_number']
  const since = query['since'] === undefined ? -Infinity : Date.parse(query['since'])
  const found = [...repository.comments.values()].filter(
    (one) =>
      (number === undefined || one.issue === Number(number)) &&
      isShown(one.createdAt, context, context.lags.list) &&
      Math.floor(one.updatedAt / 1000) * 1000 >= since,
  )
  found.sort(query['sort'] === 'updated' ? (a, b) => a.updatedAt - b.updatedAt || a.id - b.id : byAge)
  if (query['direction'] === 'desc') found.reverse()
  return { status: 200, list: found.map((one) => context.json.comment(repository, one)) }
}

const addComment = ofIssue((issue, { body, repository, me }, { world, json }) => {
  if (typeof body['body'] !== 'string' || body['body'] === '')
    return invalid('IssueComment', 'missing_field', 'body')
  if (tooLong(body['body']))
    return refuse(422, 'Validation Failed', {
      errors: [
        {
          resource: 'IssueComment',
          code: 'unprocessable',
          field: 'data',
          message: 'Body is too long (maximum is 65536 characters)',
        },
      ],
    })
  const comment = world.addComment(repository, issue.number, { body: body['body'], user: me })
  return { status: 201, body: json.comment(repository, comment) }
})

const ofComment =
  (
    work: (
      comment: FakeRepository['comments'] extends Map<number, infer C> ? C : never,
      request: FakeRequest,
      context: FakeContext,
    ) => FakeReply,
  ): Handler =>
  (request, context) => {
    const comment = request.repository.comments.get(Number(request.params['comment_id']))
    return comment === undefined ? refuse(404, 'Not Found') : work(comment, request, context)
  }

const ofNamed = (request: FakeRequest, body: 'sub_issue_id' | 'issue_id'): FakeIssue | undefined =>
  [...request.repository.issues.values()].find(({ id }) => id === request.body[body])

export const HANDLERS: Readonly<Record<string, Handler>> = {
  'GET /user': ({ me }, { json }) => ({ status: 200, body: json.me(me) }),
  'GET /rate_limit': () => ({ status: 200, body: {} }),
  'GET /search/issues': ({ query }, context) => {
    const { world, json, lags } = context
    const words = (query['q'] ?? '').split(/\s+/).filter((word) => !word.includes(':'))
    const items = [...world.repositories.values()].flatMap((repository) =>
      repository
        .issuesByTime('createdAt')
        .filter((one) => isShown(one.createdAt, context, lags.search))
        .filter((one) => words.every((word) => `${one.title}\n${one.body}`.includes(word)))
        .map((one) => ({
          ...example<{ items: Json[] }>('search').items[0],
          ...json.issue(repository, one),
        })),
    )
    return {
      status: 200,
      body: { total_count: items.length, incomplete_results: false, search_type: 'lexical', items },
    }
  },
  [`GET ${REPO}`]: ({ repository, permission }, { json }) => ({
    status: 200,
    body: json.repository(repository, permission),
  }),
  [`GET ${REPO}/collaborators/{username}/permission`]: ({ repository, params, me }, { world, json }) => {
    const login = params['username'] ?? ''
    const user = world.users.get(login.toLowerCase())
    if (user === undefined || me === undefined) return refuse(404, `${login} is not a user`)
    const permission = repository.permissions.get(user.login) ?? (repository.isPrivate ? 'none' : 'read')
    return {
      status: 200,
      body: { permission, role_name: permission, user: { ...json.user(user), role_name: permission } },
    }
  },
  [`GET ${REPO}/issues`]: listIssues,
  [`POST ${REPO}/issues`]: createIssue,
  [`GET ${ISSUE}`]: ofIssue((issue, { repository }, { json }) => ({
    status: 200,
    body: json.issue(repository, issue),
  })),
  [`PATCH ${ISSUE}`]: editIssue,
  [`GET ${REPO}/issues/comments`]: listComments,
  [`GET ${ISSUE}/comments`]: ofIssue((_, request, context) => listComments(request, context)),
  [`POST ${ISSUE}/comments`]: addComment,
  [`GET ${REPO}/issues/comments/{comment_id}`]: ofComment((comment, { repository }, { json }) => ({
    status: 200,
    body: json.comment(repository, comment),
  })),
  [`PATCH ${REPO}/issues/comments/{comment_id}`]: ofComment(
    (comment, { repository, body }, { json, world }) => {
      if (typeof body['body'] !== 'string' || tooLong(body['body']))
        return invalid('IssueComment', 'unprocessable', 'data')
      comment.body = body['body']
      comment.updatedAt = Math.max(world.now(), comment.updatedAt + 1)
      return { status: 200, body: json.comment(repository, comment) }
    },
  ),
  [`DELETE ${REPO}/issues/comments/{comment_id}`]: ofComment((comment, { repository }) => {
    repository.comments.delete(comment.id)
    return { status: 204 }
  }),
  [`GET ${REPO}/issues/comments/{comment_id}/reactions`]: ofComment((comment, _, { json }) => ({
    status: 200,
    list: comment.reactions.map((one) => json.reaction(one)),
  })),
  [`POST ${REPO}/issues/comments/{comment_id}/reactions`]: ofComment(
    (comment, { me, body }, { world, json }) => {
      const content = String(body['content'])
      const known = comment.reactions.find((one) => one.user.id === me.id && one.content === content)
      if (known !== undefined) return { status: 200, body: json.reaction(known) }
      const made = { id: world.nextId(), user: me, content, at: world.now() }
      comment.reactions.push(made)
      return { status: 201, body: json.reaction(made) }
    },
  ),
  [`GET ${ISSUE}/labels`]: ofIssue((issue, { repository }, { json }) => ({
    status: 200,
    list: issue.labels.map((name) => json.label(labelNamed(repository, name))),
  })),
  [`POST ${ISSUE}/labels`]: ofIssue((issue, request, context) => {
    const { body, repository } = request
    if (!mayPush(request)) return refuse(403, 'Resource not accessible', {})
    for (const name of (body['labels'] as string[] | undefined) ?? []) {
      addLabel(context, repository, name)
      if (!issue.labels.includes(name)) issue.labels.push(name)
    }
    context.world.touch(repository, issue.number)
    return { status: 200, body: issue.labels.map((name) => context.json.label(labelNamed(repository, name))) }
  }),
  [`DELETE ${ISSUE}/labels/{name}`]: ofIssue((issue, request, { json, world }) => {
    const { params, repository } = request
    if (!mayPush(request)) return refuse(403, 'Resource not accessible')
    const name = decodeURIComponent(params['name'] ?? '')
    if (!issue.labels.includes(name)) return refuse(404, 'Label does not exist')
    issue.labels = issue.labels.filter((one) => one !== name)
    world.touch(repository, issue.number)
    return { status: 200, body: issue.labels.map((one) => json.label(labelNamed(repository, one))) }
  }),
  [`GET ${REPO}/milestones`]: ({ repository, query }, { json }) => ({
    status: 200,
    list: repository.milestones
      .filter(({ state }) => query['state'] === 'all' || state === (query['state'] ?? 'open'))
      .map((one) => json.milestone(repository, one)),
  }),
  [`POST ${REPO}/milestones`]: ({ repository, body }, { world, json }) => {
    const title = String(body['title'])
    if (repository.milestones.some((one) => one.title === title))
      return invalid('Milestone', 'already_exists', 'title')
    const made = {
      id: world.nextId(),
      number: repository.milestones.length + 1,
      title,
      description: null,
      state: 'open' as const,
      dueOn: (body['due_on'] as string | undefined) ?? isoOrNull(null),
    }
    repository.milestones.push(made)
    return { status: 201, body: json.milestone(repository, made) }
  },
  [`GET ${ISSUE}/sub_issues`]: ofIssue((issue, { repository }, { json }) => ({
    status: 200,
    list: [...repository.issues.values()]
      .filter(({ parent }) => parent === issue.number)
      .map((one) => json.issue(repository, one)),
  })),
  [`POST ${ISSUE}/sub_issues`]: ofIssue((issue, request, { json, world }) => {
    const { repository, body } = request
    const part = ofNamed(request, 'sub_issue_id')
    if (part === undefined) return refuse(404, 'The provided sub-issue does not exist')
    if (part.parent !== null && body['replace_parent'] !== true)
      return invalid('SubIssue', 'invalid', 'sub_issue_id')
    if ([...repository.issues.values()].filter(({ parent }) => parent === issue.number).length >= 100)
      return invalid('SubIssue', 'invalid', 'parent')
    part.parent = issue.number
    world.touch(repository, issue.number)
    return { status: 201, body: json.issue(repository, issue) }
  }),
  [`GET ${ISSUE}/parent`]: ofIssue((issue, { repository }, { json }) => {
    const parent = issue.parent === null ? undefined : repository.issues.get(issue.parent)
    return parent === undefined
      ? refuse(404, 'Not Found')
      : { status: 200, body: json.issue(repository, parent) }
  }),
  [`GET ${ISSUE}/dependencies/blocked_by`]: ofIssue((issue, { repository }, { json }) => ({
    status: 200,
    list: issue.blockedBy
      .flatMap((number) => repository.issues.get(number) ?? [])
      .map((one) => json.issue(repository, one)),
  })),
  [`GET ${ISSUE}/dependencies/blocking`]: ofIssue((issue, { repository }, { json }) => ({
    status: 200,
    list: [...repository.issues.values()]
      .filter(({ blockedBy }) => blockedBy.includes(issue.number))
      .map((one) => json.issue(repository, one)),
  })),
  [`POST ${ISSUE}/dependencies/blocked_by`]: ofIssue((issue, request, { json, world }) => {
    const { repository } = request
    const other = ofNamed(request, 'issue_id')
    if (other === undefined) return refuse(404, 'Not Found')
    if (issue.blockedBy.includes(other.number))
      return invalid('IssueDependency', 'already_exists', 'issue_id')
    issue.blockedBy.push(other.number)
    world.touch(repository, issue.number)
    return { status: 201, body: json.issue(repository, issue) }
  }),
  ...labelRoutes(REPO),
  ...actionsRoutes(REPO),
  ...pullRoutes(REPO),
}
