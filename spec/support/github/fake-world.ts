/** What stands on the fake GitHub. Specs read it, and change it as people do. */
export interface FakeUser {
  readonly id: number
  readonly login: string
  readonly type: 'User' | 'Bot'
}

export interface FakeComment {
  readonly id: number
  readonly issue: number
  body: string
  readonly user: FakeUser
  readonly app: string | null
  readonly createdAt: number
  updatedAt: number
  readonly reactions: {
    readonly id: number
    readonly user: FakeUser
    readonly content: string
    readonly at: number
  }[]
}

export interface FakeIssue {
  readonly id: number
  readonly number: number
  title: string
  body: string
  readonly user: FakeUser
  state: 'open' | 'closed'
  stateReason: string | null
  labels: string[]
  milestone: number | null
  assignees: string[]
  /** Numbers of issues of the same repository. */
  parent: number | null
  blockedBy: number[]
  isPullRequest: boolean
  readonly createdAt: number
  updatedAt: number
  closedAt: number | null
  closedBy: FakeUser | null
  /** Where it answers with now; gone: deleted. */
  fate: 'here' | 'gone' | { readonly movedTo: string }
}

/** Title, text and state of a pull request are those of the issue with its number. */
export interface FakePull {
  readonly number: number
  readonly head: string
  readonly base: string
  /** The commit that it became; null: it was not merged. */
  merged: string | null
}

export interface FakeMilestone {
  readonly id: number
  readonly number: number
  title: string
  description: string | null
  state: 'open' | 'closed'
  dueOn: string | null
}

export interface FakeLabel {
  readonly id: number
  name: string
  color: string
  description: string | null
}

export interface FakeStep {
  readonly name: string
  readonly conclusion: string | null
}

export interface FakeRun {
  readonly id: number
  readonly workflowId: number
  workflow: string
  event: string
  branch: string
  status: string
  conclusion: string | null
  readonly createdAt: number
  updatedAt: number
  jobs: {
    readonly id: number
    readonly name: string
    readonly conclusion: string | null
    readonly steps: readonly FakeStep[]
    readonly log: string
  }[]
}

export interface FakeCommit {
  readonly sha: string
  readonly message: string
  readonly author: FakeUser
  readonly at: number
}

export type FakePermission = 'admin' | 'write' | 'read' | 'none'

export class FakeRepository {
  readonly issues = new Map<number, FakeIssue>()
  readonly comments = new Map<number, FakeComment>()
  readonly pulls = new Map<number, FakePull>()
  /** What was pushed: a pull request of another branch is refused. */
  hasBranch: (name: string) => boolean = () => true
  readonly labels: FakeLabel[] = []
  readonly milestones: FakeMilestone[] = []
  readonly runs: FakeRun[] = []
  readonly commits: FakeCommit[] = []
  readonly permissions = new Map<string, FakePermission>()
  /** Logins that get a mail for each new issue and comment. */
  readonly watchers = new Set<string>()
  isPrivate = true
  isArchived = false
  hasIssues = true
  defaultBranch = 'main'
  #number = 0

  readonly id: number
  owner: string
  name: string

  constructor(id: number, owner: string, name: string) {
    this.id = id
    this.owner = owner
    this.name = name
  }

  get fullName(): string {
    return `${this.owner}/${this.name}`
  }

  nextNumber(): number {
    return (this.#number += 1)
  }

  /** As a plan names numbers that are far from 1. */
  numberFrom(number: number): void {
    this.#number = Math.max(this.#number, number - 1)
  }

  /** Newest first. */
  issuesByTime(key: 'createdAt' | 'updatedAt'): FakeIssue[] {
    return [...this.issues.values()]
      .filter(({ fate }) => fate === 'here')
      .toSorted((a, b) => b[key] - a[key] || b.number - a.number)
  }
}

export class FakeWorld {
  readonly users = new Map<string, FakeUser>()
  readonly repositories = new Map<number, FakeRepository>()
  /** Old names: `owner/name` in lower case to the repository that had it. */
  readonly redirects = new Map<string, number>()
  /** Who would have been mailed, about what. */
  readonly mails: { readonly to: string; readonly about: string }[] = []
  /** How far its clock is from ours. */
  skewMs = 0
  #id = 1000

  now(): number {
    return Date.now() + this.skewMs
  }

  nextId(): number {
    return (this.#id += 1)
  }

  user(login: string, type: FakeUser['type'] = 'User'): FakeUser {
    const known = this.users.get(login.toLowerCase())
    if (known !== undefined) return known
    const user = { id: this.nextId(), login, type }
    this.users.set(login.toLowerCase(), user)
    return user
  }

  repository(fullName: string): FakeRepository {
    const known = this.find(fullName)
    if (known !== undefined) return known
    const [owner = '', name = ''] = fullName.split('/')
    const made = new FakeRepository(this.nextId(), owner, name)
    this.repositories.set(made.id, made)
    return made
  }

  find(fullName: string): FakeRepository | undefined {
    for (const one of this.repositories.values())
      if (one.fullName.toLowerCase() === fullName.toLowerCase()) return one
    return undefined
  }

  /** Its old name leads to the new one, until somebody takes it. */
  rename(repository: FakeRepository, fullName: string): void {
    const [owner = '', name = ''] = fullName.split('/')
    this.redirects.set(repository.fullName.toLowerCase(), repository.id)
    repository.owner = owner
    repository.name = name
  }

  addIssue(repository: FakeRepository, init: Partial<FakeIssue> & { readonly title: string }): FakeIssue {
    if (init.number !== undefined) repository.numberFrom(init.number)
    const at = this.now()
    const issue: FakeIssue = {
      body: '',
      user: this.user('somebody'),
      state: 'open',
      stateReason: null,
      labels: [],
      milestone: null,
      assignees: [],
      parent: null,
      blockedBy: [],
      isPullRequest: false,
      createdAt: at,
      updatedAt: at,
      closedAt: null,
      closedBy: null,
      fate: 'here',
      ...init,
      id: this.nextId(),
      number: repository.nextNumber(),
    }
    repository.issues.set(issue.number, issue)
    this.#mail(repository, issue.user, `#${issue.number}`, `${issue.title}\n${issue.body}`)
    return issue
  }

  addComment(
    repository: FakeRepository,
    issue: number,
    init: Partial<FakeComment> & { readonly body: string },
  ): FakeComment {
    const at = this.now()
    const comment: FakeComment = {
      user: this.user('somebody'),
      app: null,
      createdAt: at,
      updatedAt: at,
      reactions: [],
      ...init,
      id: this.nextId(),
      issue,
    }
    repository.comments.set(comment.id, comment)
    this.touch(repository, issue)
    this.#mail(repository, comment.user, `#${issue}`, comment.body)
    return comment
  }

  /** Somebody merges a pull request as this commit, or closes it without. */
  closePull(repository: FakeRepository, number: number, merged: string | null): void {
    const pull = repository.pulls.get(number)
    const issue = repository.issues.get(number)
    if (pull === undefined || issue === undefined) throw new Error(`there is no pull request ${number}`)
    pull.merged = merged
    issue.state = 'closed'
    issue.closedAt = this.now()
    this.touch(repository, number)
  }

  /** Somebody did something to it. */
  touch(repository: FakeRepository, issue: number): void {
    const found = repository.issues.get(issue)
    if (found !== undefined) found.updatedAt = Math.max(this.now(), found.updatedAt + 1)
  }

  #mail({ watchers }: FakeRepository, by: FakeUser, about: string, text: string): void {
    const to = new Set([...watchers, ...mentionsIn(text)])
    to.delete(by.login)
    for (const one of to) this.mails.push({ to: one, about })
  }
}

/** As GitHub finds them: not in code, not behind a letter. */
export function mentionsIn(text: string): string[] {
  const plain = text
    .replace(/```[^]*?```/g, '')
    .replace(/`[^`\n]*`/g, '')
    .replace(/<!--[^]*?-->/g, '')
  return [...plain.matchAll(/(?<![\w/`@])@([A-Za-z0-9][A-Za-z0-9-]{0,38}(?:\/[A-Za-z0-9][\w.-]*)?)/g)].map(
    (found) => found[1]!,
  )
}
