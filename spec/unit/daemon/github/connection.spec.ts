import { expect } from 'chai'
import { withConnection, type ConnectionRig } from '../../../support/github/connection-rig.js'

const MIN = 60_000

describe('a connection to GitHub', function () {
  /** The requests of one look. */
  const requestsOf = async ({ github }: ConnectionRig, look: () => Promise<void>) => {
    const before = github.requests.length
    await look()
    expect(github.problems).to.deep.equal([])
    return github.requests.slice(before)
  }

  it('knows all of 1,000 issues once, while some change under its eyes, and then asks three times for nothing', () =>
    withConnection(async (rig) => {
      const { github, connect, seen } = rig
      const repository = github.repository()
      for (let n = 1; n <= 1000; n += 1) github.world.addIssue(repository, { title: `issue ${n}` })
      let turn = 0
      github.between = ({ path, query }) => {
        if (!path.endsWith('/issues') || query['page'] === undefined) return
        const issue = repository.issues.get(((turn += 1) * 97) % 1000 || 1)!
        issue.title = `changed ${turn}`
        issue.updatedAt = github.world.now() + turn
      }
      const connection = connect()
      await connection.look()
      github.between = () => undefined
      await connection.look()
      expect(connection.cache.issues.size).to.equal(1000)
      for (const issue of repository.issues.values())
        expect(connection.cache.issues.get(issue.number)?.title).to.equal(issue.title)
      // Told once for each state that it was seen in.
      expect(new Set(seen.issues.map(({ number, title }) => `${number} ${title}`)).size).to.equal(
        seen.issues.length,
      )
      const quiet = await requestsOf(rig, () => connection.look())
      expect(quiet.map(({ status }) => status)).to.deep.equal([304, 304, 304])
      expect(connection.row).to.deep.include({ state: 'online', problems: [] })
    }))

  it('asks for no more than is new after a restart, and knows everything without a network', () =>
    withConnection(async (rig) => {
      const { github, connect } = rig
      const repository = github.repository()
      const issue = github.world.addIssue(repository, { title: 'one' })
      github.world.addComment(repository, issue.number, { body: 'hello' })
      const first = connect()
      await first.look()
      first.stop()
      const again = connect()
      expect([...again.cache.issues.values()].map(({ title }) => title)).to.deep.equal(['one'])
      expect([...again.cache.comments.values()].map(({ body }) => body)).to.deep.equal(['hello'])
      const asked = await requestsOf(rig, () => again.look())
      expect(asked.map(({ status }) => status)).to.deep.equal([304, 304, 200])
    }))

  it('sees within ten minutes what an ETag that is stuck hides', () =>
    withConnection(async ({ github, kernel, connect }) => {
      const repository = github.repository()
      const issue = github.world.addIssue(repository, { title: 'old' })
      const connection = connect()
      await connection.look()
      github.stuck.add('/repos/owner/name/issues')
      issue.title = 'new'
      issue.updatedAt = github.world.now() + 1
      await connection.look()
      expect(connection.cache.issues.get(issue.number)?.title).to.equal('old')
      kernel.at += 10 * MIN
      await connection.look()
      expect(connection.cache.issues.get(issue.number)?.title).to.equal('new')
    }))

  it('takes up a walk again that broke in the middle', () =>
    withConnection(async ({ github, connect }) => {
      const repository = github.repository()
      for (let n = 1; n <= 250; n += 1) github.world.addIssue(repository, { title: `issue ${n}` })
      let left = 100
      github.faults = ({ path }) =>
        path.endsWith('/issues') && (left -= 1) < 98 && left > 90 ? { kind: 'drop-before' } : null
      const connection = connect()
      await connection.look()
      github.faults = () => null
      await connection.look()
      expect(connection.cache.issues.size).to.equal(250)
    }))

  const red = (github: ConnectionRig['github'], log: string, conclusion = 'failure') => {
    const at = github.world.now() - 3 * 3_600_000
    return {
      id: 77,
      workflowId: 5,
      workflow: 'Auto Rollback',
      event: 'push',
      branch: 'main',
      status: 'completed',
      conclusion,
      createdAt: at,
      updatedAt: at,
      jobs: [
        {
          id: 501,
          name: 'checkout',
          conclusion,
          steps: [
            { name: 'Set up job', conclusion: 'success' },
            { name: 'Run actions/checkout@v4', conclusion },
          ],
          log,
        },
      ],
    }
  }
  const FAILED = `2026-11-27T10:00:00.1234567Z \u001b[36mSyncing\u001b[0m
2026-11-27T10:00:01.0000000Z fatal: No url found for submodule path 'archive/dashboards/old-dashboard' in .gitmodules
2026-11-27T10:00:01.1000000Z ##[error]The process '/usr/bin/git' failed with exit code 128
`

  it('says why a workflow is red: place, submodule, command', () =>
    withConnection(async ({ github, kernel, connect }) => {
      const repository = github.repository()
      repository.runs.push(red(github, FAILED))
      const connection = connect()
      await connection.look()
      const { runs, state, problems } = connection.row
      expect(github.problems).to.deep.equal([])
      expect(state).to.equal('degraded')
      expect(runs).to.have.length(1)
      expect(runs[0]).to.deep.include({
        workflow: 'Auto Rollback',
        conclusion: 'failure',
        job: 'checkout',
        step: 'Run actions/checkout@v4',
        text: 'submodule archive/dashboards/old-dashboard: a gitlink without an entry in .gitmodules',
        fix: 'git rm --cached archive/dashboards/old-dashboard, or give it an entry in .gitmodules',
      })
      expect(problems[0]).to.match(
        /^Auto Rollback is red since \d{4}-\d\d-\d\d \d\d:\d\d \(job checkout, step Run actions\/checkout@v4\): submodule archive/,
      )
      expect(kernel.loop.state.machines.get(connection.machine)?.state).to.equal('degraded')
      // The same words as a mere warning of a run that is green.
      repository.runs.splice(0, 1, red(github, FAILED.replace('##[error]', '##[warning]'), 'success'))
      repository.runs[0]!.updatedAt = github.world.now()
      await connection.look()
      expect(connection.row).to.deep.include({ state: 'online', problems: [] })
    }))

  it('reads no more than 2 MB of a log, and those of its end', () =>
    withConnection(async ({ github, connect }) => {
      const repository = github.repository()
      repository.runs.push(red(github, `${`${'x'.repeat(50)}\n`.repeat(60_000)}${FAILED}`))
      const connection = connect()
      await connection.look()
      expect(connection.row.runs[0]?.fix).to.include('git rm --cached')
    }))

  it('is offline without an answer, unknown without a token, and says which permission it lacks', () =>
    withConnection(async ({ github, kernel, connect }) => {
      github.repository()
      const connection = connect()
      await connection.look()
      expect(connection.row.state).to.equal('online')
      github.faults = () => ({ kind: 'drop-before' })
      await connection.look()
      // What it said is still believed.
      expect(connection.row.state).to.equal('online')
      kernel.at += 16 * MIN
      await connection.look()
      expect(connection.row.state).to.equal('offline')
      expect(kernel.loop.state.machines.get(connection.machine)?.reason).to.include(
        'GitHub cannot be reached',
      )
      github.faults = () => null
      github.tokens.clear()
      await connection.look()
      expect(connection.row.state).to.equal('offline')
      expect(kernel.loop.state.machines.get(connection.machine)?.reason).to.include('401')
    }))

  it('tells until when it is limited, and sends nothing before', () =>
    withConnection(async (rig) => {
      const { github, connect } = rig
      github.repository()
      const connection = connect()
      await connection.look()
      github.faults = () => ({ kind: 'secondary', status: 403, retryAfter: 30 })
      await connection.look()
      expect(connection.row.state).to.equal('degraded')
      expect(connection.row.problems[0]).to.match(/nothing is sent until \d\d:\d\d$/)
      expect(await requestsOf(rig, () => connection.look())).to.deep.equal([])
    }))

  it('is degraded until the hour begins in which its budget is full again, and tells the time at once', () =>
    withConnection(async (rig) => {
      const { github, connect } = rig
      github.repository()
      const connection = connect()
      await connection.look()
      github.remaining = 0
      github.world.addIssue(github.world.find('owner/name')!, { title: 'fresh' })
      await connection.look()
      expect(connection.row.state).to.equal('degraded')
      expect(connection.row.problems[0]).to.match(/nothing is sent until \d\d:\d\d$/)
      expect(connection.client.budget).to.deep.include({ limit: 5000, remaining: 0 })
      expect(await requestsOf(rig, () => connection.look())).to.deep.equal([])
    }))

  for (const [clock, ms] of [
    ['two hours fast', 120 * MIN],
    ['two days slow', -2880 * MIN],
  ] as const)
    it(`asks and knows the same by a clock that is ${clock}`, () =>
      withConnection(async (rig) => {
        const { github, kernel, connect, seen } = rig
        const repository = github.repository()
        const issue = github.world.addIssue(repository, { title: 'one' })
        kernel.at = Date.now()
        const connection = connect()
        await connection.look()
        kernel.at += ms
        // What an ETag is believed for goes by the clock: that look may ask for more, and no later one.
        await connection.look()
        expect((await requestsOf(rig, () => connection.look())).map(({ status }) => status)).to.deep.equal([
          304, 304, 304,
        ])
        issue.title = 'two'
        github.world.touch(repository, issue.number)
        await connection.look()
        expect(connection.cache.issues.get(issue.number)?.title).to.equal('two')
        const told = seen.issues.map(({ number, title }) => `${number} ${title}`)
        expect(told).to.deep.equal(['1 one', '1 two'])
      }))

  it('goes on by its number after a rename, asks for the layout to be edited, and forgets when somebody takes the name', () =>
    withConnection(async ({ github, kernel, connect }) => {
      const repository = github.repository()
      github.world.addIssue(repository, { title: 'ours' })
      const connection = connect()
      await connection.look()
      github.world.rename(repository, 'owner/new-name')
      kernel.at += 11 * MIN
      github.world.addIssue(repository, { title: 'after the rename' })
      await connection.look()
      expect(connection.cache.issues.size).to.equal(2)
      expect(connection.row.problems.join()).to.include('the repository is called owner/new-name now')
      github.world.addIssue(github.repository('owner/name'), { title: 'a stranger' })
      kernel.at += 11 * MIN
      await connection.look()
      expect([...connection.cache.issues.values()].map(({ title }) => title)).to.deep.equal(['a stranger'])
    }))
})
