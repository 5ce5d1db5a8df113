/** Things of the fake GitHub as its API shows them: an example of the description, with the facts in their places. */
import { example } from './description.js'
import type {
  FakeComment,
  FakeIssue,
  FakeLabel,
  FakeMilestone,
  FakePermission,
  FakeRepository,
  FakeRun,
  FakeUser,
} from './fake-world.js'

type Json = Record<string, unknown>
const iso = (at: number) => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
export const isoOrNull = (at: number | null) => (at === null ? null : iso(at))

export class FakeJson {
  readonly #api: () => string
  readonly #examples = new Map<string, Json>()

  constructor(api: () => string) {
    this.#api = api
  }

  #like(name: string): Json {
    let found = this.#examples.get(name)
    if (found === undefined) this.#examples.set(name, (found = example<Json>(name)))
    return { ...found }
  }

  user({ id, login, type }: FakeUser): Json {
    return {
      ...this.#like('user'),
      id,
      login,
      type,
      url: `${this.#api()}/users/${login}`,
      html_url: `https://github.com/${login}`,
    }
  }

  me(user: FakeUser): Json {
    return { ...this.#like('me'), id: user.id, login: user.login, type: user.type }
  }

  repository(repository: FakeRepository, permission: FakePermission): Json {
    const { id, owner, name, fullName, isPrivate, isArchived, hasIssues, defaultBranch } = repository
    const { source: _s, parent: _p, template_repository: _t, ...repositoryLike } = this.#like('repository')
    const can = (one: FakePermission[]) => one.includes(permission)
    return {
      ...repositoryLike,
      id,
      name,
      full_name: fullName,
      owner: { ...this.#like('user'), login: owner },
      private: isPrivate,
      visibility: isPrivate ? 'private' : 'public',
      archived: isArchived,
      has_issues: hasIssues,
      default_branch: defaultBranch,
      language: null,
      url: `${this.#api()}/repos/${fullName}`,
      html_url: `https://github.com/${fullName}`,
      permissions: {
        admin: can(['admin']),
        push: can(['admin', 'write']),
        pull: true,
      },
    }
  }

  label({ id, name, color, description }: FakeLabel): Json {
    return { ...this.#like('label'), id, name, color, description }
  }

  milestone(repository: FakeRepository, one: FakeMilestone): Json {
    const of = [...repository.issues.values()].filter(({ milestone }) => milestone === one.number)
    return {
      ...this.#like('milestone'),
      id: one.id,
      number: one.number,
      title: one.title,
      description: one.description,
      state: one.state,
      due_on: one.dueOn,
      open_issues: of.filter(({ state }) => state === 'open').length,
      closed_issues: of.filter(({ state }) => state === 'closed').length,
    }
  }

  issue(repository: FakeRepository, issue: FakeIssue): Json {
    const api = `${this.#api()}/repos/${repository.fullName}`
    const parts = [...repository.issues.values()].filter(({ parent }) => parent === issue.number)
    const milestone = repository.milestones.find(({ number }) => number === issue.milestone)
    const { pull_request, ...like } = this.#like('issue')
    const isOpen = (number: number) => repository.issues.get(number)?.state === 'open'
    const blocking = [...repository.issues.values()].filter(({ blockedBy }) =>
      blockedBy.includes(issue.number),
    )
    return {
      ...like,
      ...(issue.isPullRequest ? { pull_request } : {}),
      id: issue.id,
      number: issue.number,
      url: `${api}/issues/${issue.number}`,
      repository_url: api,
      comments_url: `${api}/issues/${issue.number}/comments`,
      html_url: `https://github.com/${repository.fullName}/${issue.isPullRequest ? 'pull' : 'issues'}/${issue.number}`,
      title: issue.title,
      body: issue.body,
      user: this.user(issue.user),
      state: issue.state,
      state_reason: issue.stateReason,
      locked: false,
      active_lock_reason: null,
      labels: issue.labels.map((name) => this.label(labelNamed(repository, name))),
      milestone: milestone === undefined ? null : this.milestone(repository, milestone),
      assignee: null,
      assignees: [],
      comments: [...repository.comments.values()].filter((one) => one.issue === issue.number).length,
      created_at: iso(issue.createdAt),
      updated_at: iso(issue.updatedAt),
      closed_at: isoOrNull(issue.closedAt),
      closed_by: issue.closedBy === null ? null : this.user(issue.closedBy),
      author_association: 'CONTRIBUTOR',
      parent_issue_url: issue.parent === null ? null : `${api}/issues/${issue.parent}`,
      sub_issues_summary: {
        total: parts.length,
        completed: parts.filter(({ state }) => state === 'closed').length,
        percent_completed: 0,
      },
      issue_dependencies_summary: {
        blocked_by: issue.blockedBy.filter(isOpen).length,
        total_blocked_by: issue.blockedBy.length,
        blocking: blocking.filter(({ number }) => isOpen(number)).length,
        total_blocking: blocking.length,
      },
    }
  }

  /** An example, whole or as it stands in a list. */
  pull(form: 'pull' | 'pulls'): Json {
    if (form === 'pull') return this.#like('pull')
    return { ...example<Json[]>('pulls')[0] }
  }

  comment(repository: FakeRepository, comment: FakeComment): Json {
    const { fullName } = repository
    return {
      ...this.#like('comment'),
      id: comment.id,
      url: `${this.#api()}/repos/${fullName}/issues/comments/${comment.id}`,
      html_url: `https://github.com/${fullName}/issues/${comment.issue}#issuecomment-${comment.id}`,
      issue_url: `${this.#api()}/repos/${fullName}/issues/${comment.issue}`,
      body: comment.body,
      user: this.user(comment.user),
      author_association: 'CONTRIBUTOR',
      created_at: iso(comment.createdAt),
      updated_at: iso(comment.updatedAt),
      ...(comment.app === null ? {} : { performed_via_github_app: null }),
    }
  }

  reaction(one: FakeComment['reactions'][number]): Json {
    return {
      ...this.#like('reaction'),
      id: one.id,
      user: this.user(one.user),
      content: one.content,
      created_at: iso(one.at),
    }
  }

  run(repository: FakeRepository, run: FakeRun): Json {
    const { workflow_runs: runs } = this.#like('runs') as { workflow_runs: Json[] }
    return {
      ...runs[0],
      id: run.id,
      name: run.workflow,
      workflow_id: run.workflowId,
      head_branch: run.branch,
      event: run.event,
      status: run.status,
      conclusion: run.conclusion,
      html_url: `https://github.com/${repository.fullName}/actions/runs/${run.id}`,
      created_at: iso(run.createdAt),
      updated_at: iso(run.updatedAt),
    }
  }

  job(repository: FakeRepository, run: FakeRun, job: FakeRun['jobs'][number]): Json {
    const { jobs } = this.#like('jobs') as { jobs: Json[] }
    return {
      ...jobs[0],
      id: job.id,
      run_id: run.id,
      name: job.name,
      status: run.status,
      conclusion: job.conclusion,
      html_url: `https://github.com/${repository.fullName}/actions/runs/${run.id}/job/${job.id}`,
      created_at: iso(run.createdAt),
      started_at: iso(run.createdAt),
      completed_at: iso(run.updatedAt),
      steps: job.steps.map((step, i) => ({
        number: i + 1,
        name: step.name,
        status: 'completed',
        conclusion: step.conclusion,
        started_at: iso(run.createdAt),
        completed_at: iso(run.updatedAt),
      })),
    }
  }

  commit(repository: FakeRepository, one: FakeRepository['commits'][number]): Json {
    const [like] = example<Json[]>('commits')
    const inner = like?.['commit'] as Json
    const author = { ...(inner['author'] as Json), name: one.author.login, date: iso(one.at) }
    return {
      ...like,
      sha: one.sha,
      html_url: `https://github.com/${repository.fullName}/commit/${one.sha}`,
      commit: { ...inner, message: one.message, author, committer: author },
      author: this.user(one.author),
    }
  }
}

export function labelNamed({ labels }: FakeRepository, name: string): FakeLabel {
  return (
    labels.find((one) => one.name.toLowerCase() === name.toLowerCase()) ?? {
      id: 1,
      name,
      color: 'ededed',
      description: null,
    }
  )
}
