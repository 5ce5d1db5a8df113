/**
 * What GitHub answers, as facts of core. The parameters have the types of its description; an answer may hold less, so each
 * field is looked at. null: it lacks what makes it one (a number, an id).
 */
import type {
  AuthorFacts,
  CommentFacts,
  IssueFacts,
  JobFacts,
  LabelFacts,
  MilestoneFacts,
  PullFacts,
  RepositoryFacts,
  RunFacts,
  StepFacts,
} from '../core/github/model.js'

type Json = Readonly<Record<string, unknown>>

const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const orNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const numberOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) ? value : null
const count = (value: unknown): number => numberOf(value) ?? 0
const all = <T>(value: unknown, decode: (one: unknown) => T | null): T[] =>
  Array.isArray(value) ? value.flatMap((one) => decode(one) ?? []) : []

export function repositoryFacts(value: unknown): RepositoryFacts | null {
  if (!isJson(value)) return null
  const id = numberOf(value['id'])
  const fullName = orNull(value['full_name'])
  if (id === null || fullName === null) return null
  const permissions = value['permissions']
  return {
    id,
    fullName,
    // What does not say that it is private is taken for public: nothing is written there unasked.
    isPrivate: value['private'] === true,
    isArchived: value['archived'] === true,
    hasIssues: value['has_issues'] !== false,
    defaultBranch: textOf(value['default_branch']) || 'main',
    mayPush: isJson(permissions) ? permissions['push'] === true : null,
  }
}

export function authorFacts(value: unknown): AuthorFacts | null {
  if (!isJson(value)) return null
  const id = numberOf(value['id'])
  return id === null ? null : { id, login: textOf(value['login']), type: textOf(value['type']) }
}

export function milestoneFacts(value: unknown): MilestoneFacts | null {
  if (!isJson(value)) return null
  const number = numberOf(value['number'])
  if (number === null) return null
  return {
    number,
    title: textOf(value['title']),
    description: orNull(value['description']),
    state: value['state'] === 'closed' ? 'closed' : 'open',
    dueOn: orNull(value['due_on']),
    openIssues: count(value['open_issues']),
    closedIssues: count(value['closed_issues']),
  }
}

export function labelFacts(value: unknown): LabelFacts | null {
  if (typeof value === 'string') return { name: value, color: '', description: null }
  if (!isJson(value) || typeof value['name'] !== 'string') return null
  return { name: value['name'], color: textOf(value['color']), description: orNull(value['description']) }
}

/** The number at the end of `…/issues/12`. */
function numberIn(address: unknown): number | null {
  const found = /\/(\d{1,10})$/.exec(textOf(address))
  return found === null ? null : Number(found[1])
}

export function issueFacts(value: unknown): IssueFacts | null {
  if (!isJson(value)) return null
  const number = numberOf(value['number'])
  const id = numberOf(value['id'])
  if (number === null || id === null) return null
  const parts = value['sub_issues_summary']
  const edges = value['issue_dependencies_summary']
  return {
    number,
    id,
    title: textOf(value['title']),
    body: textOf(value['body']),
    state: value['state'] === 'closed' ? 'closed' : 'open',
    labels: all(value['labels'], labelFacts).map(({ name }) => name),
    milestone: milestoneFacts(value['milestone']),
    parent: numberIn(value['parent_issue_url']),
    blockedBy: null,
    counts:
      isJson(parts) || isJson(edges)
        ? {
            subIssues: isJson(parts) ? count(parts['total']) : 0,
            blockedBy: isJson(edges) ? count(edges['total_blocked_by'] ?? edges['blocked_by']) : 0,
          }
        : null,
    comments: count(value['comments']),
    url: textOf(value['html_url']),
    isPullRequest: isJson(value['pull_request']),
    author: authorFacts(value['user']),
    createdAt: textOf(value['created_at']),
    updatedAt: textOf(value['updated_at']),
  }
}

export function pullFacts(value: unknown): PullFacts | null {
  if (!isJson(value)) return null
  const number = numberOf(value['number'])
  const id = numberOf(value['id'])
  if (number === null || id === null) return null
  const branchIn = (side: unknown) => (isJson(side) ? textOf(side['ref']) : '')
  return {
    number,
    id,
    body: textOf(value['body']),
    state: value['state'] === 'closed' ? 'closed' : 'open',
    merged: typeof value['merged_at'] === 'string' ? textOf(value['merge_commit_sha']) : null,
    branch: branchIn(value['head']),
    into: branchIn(value['base']),
    url: textOf(value['html_url']),
    author: authorFacts(value['user']),
    createdAt: textOf(value['created_at']),
  }
}

export function commentFacts(value: unknown): CommentFacts | null {
  if (!isJson(value)) return null
  const id = numberOf(value['id'])
  const issue = numberIn(value['issue_url'])
  if (id === null || issue === null) return null
  const app = value['performed_via_github_app']
  return {
    id,
    issue,
    body: textOf(value['body']),
    author: authorFacts(value['user']),
    app: isJson(app) ? textOf(app['slug']) : null,
    url: textOf(value['html_url']),
    createdAt: textOf(value['created_at']),
    updatedAt: textOf(value['updated_at']),
  }
}

export function runFacts(value: unknown): RunFacts | null {
  if (!isJson(value)) return null
  const id = numberOf(value['id'])
  if (id === null) return null
  return {
    id,
    workflowId: count(value['workflow_id']),
    workflow: textOf(value['name']),
    attempt: numberOf(value['run_attempt']) ?? 1,
    branch: orNull(value['head_branch']),
    event: textOf(value['event']),
    status: textOf(value['status']),
    conclusion: orNull(value['conclusion']),
    sha: textOf(value['head_sha']),
    url: textOf(value['html_url']),
    createdAt: textOf(value['created_at']),
    updatedAt: textOf(value['updated_at']),
  }
}

export function jobFacts(value: unknown): JobFacts | null {
  if (!isJson(value)) return null
  const id = numberOf(value['id'])
  if (id === null) return null
  return {
    id,
    name: textOf(value['name']),
    status: textOf(value['status']),
    conclusion: orNull(value['conclusion']),
    url: orNull(value['html_url']),
    startedAt: orNull(value['started_at']),
    completedAt: orNull(value['completed_at']),
    steps: all(value['steps'], stepFacts),
  }
}

function stepFacts(value: unknown): StepFacts | null {
  if (!isJson(value)) return null
  const number = numberOf(value['number'])
  if (number === null) return null
  return {
    number,
    name: textOf(value['name']),
    status: textOf(value['status']),
    conclusion: orNull(value['conclusion']),
  }
}
