import { expect } from 'chai'
import type { AgentId, MachineId, TaskId } from '../../../../lib/core/ids.js'
import { makeReport } from '../../../../lib/core/reports/make-report.js'
import { Bench } from '../run/bench.js'

const task = 'a' as TaskId
const URL = 'https://github.com/demo/shop/pull/7'

describe('the report of a worker', () => {
  it('names the pull request of its work, and what stands on its branch', () => {
    const run = new Bench({ agents: { A: {} }, tasks: { a: {} } })
    run.dispatch()
    const attempt = run.attempt('a')
    const branch = 'orchestra/s/a.1'
    const tree = { pool: 'app', repository: 'app', slot: null, path: null, base: null, needs: [], head: null }
    run.state.attempts.set(attempt.id, { ...attempt, tree: { ...tree, branch, commits: 0, files: 0 } })
    const said = () =>
      makeReport(run.state, { kind: 'worker', subject: 'A', now: 0, zone: 'UTC' })?.sections[0]?.fields.find(
        ({ name }) => name === 'Deliverables',
      )?.lines
    expect(said()).to.deep.equal(['files: none', 'PRs: none known', 'tests: none', 'docs: none'])
    run.finish('a')
    const done = run.attempt('a')
    run.state.attempts.set(done.id, { ...done, tree: { ...tree, branch, commits: 1, files: 3 } })
    const ofQueue = { merge: 'app', task } as const
    const from = { attempt: done.id, agent: 'A' as AgentId, machine: 'here' as MachineId, branch, oid: 'abc' }
    run.event({ type: 'merge.queued', ...ofQueue, ...from })
    run.event({ type: 'merge.offered', ...ofQueue, url: URL, reason: null })
    expect(said()?.slice(0, 2)).to.deep.equal([`files: 3 files in 1 commit on ${branch}`, `PRs: ${URL}`])
  })
})
