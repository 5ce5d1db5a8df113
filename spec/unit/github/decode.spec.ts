import { expect } from 'chai'
import { commentFacts, issueFacts, jobFacts, repositoryFacts, runFacts } from '../../../lib/github/decode.js'

describe('what GitHub answers, as facts', () => {
  it('reads an issue with its labels, milestone, parent and counts', () => {
    const issue = issueFacts({
      id: 11,
      number: 3,
      title: 'T',
      body: null,
      state: 'open',
      labels: ['a', { name: 'P0', color: 'f00' }],
      milestone: { number: 2, title: 'M', due_on: '2026-12-19T08:00:00Z', state: 'open' },
      parent_issue_url: 'https://api.github.com/repos/o/r/issues/970',
      sub_issues_summary: { total: 4 },
      issue_dependencies_summary: { total_blocked_by: 2, blocked_by: 1 },
      user: { id: 5, login: 'anna', type: 'User' },
      pull_request: {},
    })
    expect(issue).to.deep.include({ body: '', labels: ['a', 'P0'], parent: 970, isPullRequest: true })
    expect(issue).to.deep.include({ counts: { subIssues: 4, blockedBy: 2 }, blockedBy: null })
    expect(issue?.milestone).to.include({ title: 'M', dueOn: '2026-12-19T08:00:00Z' })
  })

  it('believes no number that is none', () => {
    for (const number of ['3', 1.5, null, undefined, Number.NaN])
      expect(issueFacts({ id: 1, number })).to.equal(null)
    for (const value of [null, 'text', [], 5])
      for (const decode of [issueFacts, commentFacts, runFacts, jobFacts, repositoryFacts])
        expect(decode(value)).to.equal(null)
  })

  it('takes a repository that does not say that it is private for a public one', () => {
    expect(repositoryFacts({ id: 1, full_name: 'o/r' })).to.include({ isPrivate: false, mayPush: null })
    expect(
      repositoryFacts({ id: 1, full_name: 'o/r', private: true, permissions: { push: true } }),
    ).to.include({ isPrivate: true, mayPush: true })
  })

  it('reads comments, runs and jobs', () => {
    const url = 'https://api.github.com/repos/o/r/issues/3'
    expect(
      commentFacts({ id: 9, issue_url: url, body: 'B', performed_via_github_app: { slug: 'app' } }),
    ).to.include({ issue: 3, app: 'app' })
    expect(runFacts({ id: 1, name: 'CI', conclusion: 'failure' })).to.include({ workflow: 'CI', attempt: 1 })
    expect(jobFacts({ id: 1, steps: [{ number: 2, name: 'checkout' }] })?.steps).to.have.length(1)
  })
})
