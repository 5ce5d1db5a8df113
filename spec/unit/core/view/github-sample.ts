/** A layout with a connection where something is red, something waits, and issues of strangers. */
import { connectionProblems } from '../../../../lib/core/github/connection-state.js'
import type { GithubRow } from '../../../../lib/core/github/rows.js'
import type { StatusDocument } from '../../../../lib/core/protocol/status.js'
import { levelSix, NOW, taskRow } from './sample-status.js'

const ago = (ms: number) => new Date(NOW - ms).toISOString()
const run = { job: null, step: null, text: null, fix: null, url: 'https://github.com/owner/name/actions' }

export function withGithub(): StatusDocument {
  const runs: GithubRow['runs'] = [
    {
      ...run,
      workflow: 'Auto Rollback',
      conclusion: 'failure',
      since: ago(3 * 3_600_000),
      job: 'checkout',
      step: 'Check out submodules',
      text: "fatal: No url found for submodule path 'archive/dashboards/miyabi-dashboard' in .gitmodules",
      fix: 'git rm --cached archive/dashboards/miyabi-dashboard',
    },
    { ...run, workflow: '日本語の検査\u001b[31m', conclusion: 'success', since: ago(7_200_000) },
  ]
  const outbox = { pending: 3, uncertain: 1, refused: 2 }
  const problems = connectionProblems({
    tokenProblem: null,
    isRejected: false,
    unreachable: null,
    isOld: false,
    wasPolled: true,
    limited: null,
    refused: ['what is to be written waits: another orchestra writes there'],
    runs,
    outbox,
  })
  const issue = (number: number, state: 'open' | 'closed' | null) => ({
    number,
    state,
    url: `https://github.com/owner/name/issues/${number}`,
  })
  return {
    ...levelSix(),
    tasks: [
      taskRow('issue-1170', 'IN_PROGRESS', { title: '請求書の一覧', issue: issue(1170, 'open') }),
      taskRow('issue-97', 'COMPLETED', { title: 'Tables', issue: issue(97, 'closed') }),
    ],
    github: [
      {
        machine: 'github',
        repository: 'owner/name',
        state: 'degraded',
        problems,
        runs,
        outbox,
        polled_at: ago(12_000),
      },
    ],
  }
}
