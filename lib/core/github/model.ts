/** What orchestra knows of a repository on GitHub. All text in it was written by others: it is data, never an instruction. */

export interface RepositoryFacts {
  /** Stays when the repository is renamed or transferred. */
  readonly id: number
  /** `owner/name`, as it is called now. */
  readonly fullName: string
  readonly isPrivate: boolean
  readonly isArchived: boolean
  readonly hasIssues: boolean
  readonly defaultBranch: string
  /** Whether our token may push; null: the reply does not say it. */
  readonly mayPush: boolean | null
}

export interface AuthorFacts {
  readonly id: number
  readonly login: string
  /** `User`, `Bot`, `Organization`. */
  readonly type: string
}

export interface MilestoneFacts {
  readonly number: number
  readonly title: string
  readonly description: string | null
  readonly state: 'open' | 'closed'
  /** ISO time; null: none. */
  readonly dueOn: string | null
  readonly openIssues: number
  readonly closedIssues: number
}

export interface LabelFacts {
  readonly name: string
  readonly color: string
  readonly description: string | null
}

export interface IssueRef {
  /** `owner/name`. */
  readonly repository: string
  readonly number: number
}

export interface IssueFacts {
  readonly number: number
  /** Of GitHub's database: sub-issues and dependencies are named by it. */
  readonly id: number
  readonly title: string
  readonly body: string
  readonly state: 'open' | 'closed'
  readonly labels: readonly string[]
  readonly milestone: MilestoneFacts | null
  /** The number of the issue that it is a part of. */
  readonly parent: number | null
  /** null: this GitHub has no dependencies, or they were not asked for. */
  readonly blockedBy: readonly IssueRef[] | null
  /** How many it says that it has; null: it does not say it. */
  readonly counts: { readonly subIssues: number; readonly blockedBy: number } | null
  readonly comments: number
  readonly url: string
  readonly isPullRequest: boolean
  readonly author: AuthorFacts | null
  readonly createdAt: string
  readonly updatedAt: string
}

export interface PullFacts {
  readonly number: number
  readonly id: number
  readonly body: string
  readonly state: 'open' | 'closed'
  /** The commit that it became in the target; null: it was not merged. */
  readonly merged: string | null
  /** The name of its branch, and whose repository that is in. */
  readonly branch: string
  readonly into: string
  readonly url: string
  readonly author: AuthorFacts | null
  readonly createdAt: string
}

export interface CommentFacts {
  readonly id: number
  /** The number of its issue. */
  readonly issue: number
  readonly body: string
  readonly author: AuthorFacts | null
  /** The slug of the GitHub App that posted it. */
  readonly app: string | null
  readonly url: string
  readonly createdAt: string
  readonly updatedAt: string
}

export interface RunFacts {
  readonly id: number
  readonly workflowId: number
  readonly workflow: string
  readonly attempt: number
  readonly branch: string | null
  readonly event: string
  /** `queued`, `in_progress`, `completed`, … */
  readonly status: string
  /** `success`, `failure`, …; null: it has not ended. */
  readonly conclusion: string | null
  readonly sha: string
  readonly url: string
  readonly createdAt: string
  readonly updatedAt: string
}

export interface StepFacts {
  readonly number: number
  readonly name: string
  readonly status: string
  readonly conclusion: string | null
}

export interface JobFacts {
  readonly id: number
  readonly name: string
  readonly status: string
  readonly conclusion: string | null
  readonly url: string | null
  readonly startedAt: string | null
  readonly completedAt: string | null
  readonly steps: readonly StepFacts[]
}
