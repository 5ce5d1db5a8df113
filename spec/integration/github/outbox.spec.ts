import { expect } from 'chai'
import { formatMarker } from '../../../lib/core/github/marker.js'
import type { Work } from '../../../lib/core/github/outbox-row.js'
import { eventually } from '../../support/eventually.js'
import { someFaults } from '../../support/github/fake-faults.js'
import type { FakeGithub } from '../../support/github/fake-github.js'
import { QUICK } from '../../support/github/quick-pace.js'
import { TOKEN, withOutbox } from '../../support/github/with-outbox.js'

const issue = (subject: string, more: Partial<Extract<Work, { kind: 'issue' }>> = {}): Work => ({
  kind: 'issue',
  subject,
  title: `Task ${subject}`,
  body: 'Do it.',
  trailer: '',
  needs: [],
  labels: [],
  milestone: null,
  ...more,
})
const status = (number: number, body: string): Work => ({ kind: 'status', subject: 'T', issue: number, body })
const comment = (subject: string, number: number, body = subject): Work => ({
  kind: 'comment',
  subject,
  issue: number,
  body,
  folds: subject,
})
const posts = (github: FakeGithub) => github.requests.filter(({ method }) => method === 'POST')

describe('the outbox', () => {
  for (const kind of ['drop-after', 'half', 'double'] as const)
    it(`makes one issue when the answer is lost (${kind}), and knows its number`, () =>
      withOutbox(async ({ github, repository, rig }) => {
        github.faults = ({ method }) => (method === 'POST' && posts(github).length === 0 ? { kind } : null)
        rig.outbox.enqueue(issue('T'))
        rig.outbox.start()
        await rig.drained()
        expect(repository.issues.size).to.equal(1)
        expect(posts(github)).to.have.length(1)
        expect(rig.outbox.row('issue/T')).to.deep.include({ state: 'sent', attempts: 1 })
        expect(rig.outbox.row('issue/T')?.remote).to.include({ number: 1 })
      }))

  it('sends again what was never carried out, once it was missed twice', () =>
    withOutbox(async ({ github, repository, rig }) => {
      github.faults = ({ method }) =>
        method === 'POST' && posts(github).length === 0 ? { kind: 'drop-before' } : null
      rig.outbox.enqueue(issue('T'))
      rig.outbox.start()
      await rig.drained()
      expect(repository.issues.size).to.equal(1)
      const [first, second] = posts(github).map((request) => github.requests.indexOf(request))
      const looks = github.requests
        .slice(first, second)
        .filter(({ method, path }) => method === 'GET' && path.endsWith('/issues'))
      // A look that comes a millisecond too early for a proof is made once more.
      expect(looks).to.have.length.of.at.least(2)
      expect(looks.every(({ query }) => query['state'] === 'all' && query['labels'] === undefined)).to.equal(
        true,
      )
    }))

  it('believes no list that lags, and none that failed', () =>
    withOutbox(
      async ({ github, repository, rig }) => {
        let isBroken = true
        github.faults = ({ method, path }) => {
          if (method === 'POST' && posts(github).length === 0) return { kind: 'drop-after' }
          return isBroken && path.endsWith('/issues') && method === 'GET'
            ? { kind: 'status-before', status: 500 }
            : null
        }
        github.lags.list = 150
        github.lags.search = 60_000
        rig.outbox.enqueue(issue('T'))
        rig.outbox.start()
        await eventually(() =>
          expect(github.requests.filter(({ fault }) => fault === 'status-before')).to.have.length.above(5),
        )
        expect(rig.outbox.counts).to.deep.equal({ pending: 0, uncertain: 1, refused: 0 })
        expect(posts(github)).to.have.length(1)
        isBroken = false
        await rig.drained()
        expect(repository.issues.size).to.equal(1)
        expect(posts(github)).to.have.length(1)
      },
      { pace: { ...QUICK, absentAfterMs: 300 } },
    ))

  it('goes on where it was killed: what was sending is looked for', () =>
    withOutbox(async ({ github, repository, rig, again }) => {
      github.faults = ({ method }) => (method === 'POST' ? { kind: 'late', ms: 60_000 } : null)
      rig.outbox.enqueue(issue('T'))
      rig.outbox.start()
      await eventually(() => expect(repository.issues.size).to.equal(1))
      expect(rig.outbox.row('issue/T')?.state).to.equal('sending')
      github.faults = () => null
      const second = await again()
      expect(second.outbox.row('issue/T')?.state).to.equal('uncertain')
      second.outbox.start()
      await second.drained()
      expect(repository.issues.size).to.equal(1)
      expect(second.outbox.row('issue/T')?.remote?.number).to.equal(1)
    }))

  it('makes each of forty things once under faults of half of all requests', () =>
    withOutbox(async ({ github, repository, rig }) => {
      github.faults = someFaults(11, 0.5, { lateMs: 20 })
      for (let n = 1; n <= 20; n += 1) rig.outbox.enqueue(issue(`T-${n}`))
      rig.outbox.start()
      await rig.drained()
      for (let n = 1; n <= 20; n += 1) rig.outbox.enqueue(comment(`c-${n}`, 1 + (n % 3)))
      await rig.drained()
      expect([...repository.issues.values()].map(({ title }) => title)).to.have.members(
        Array.from({ length: 20 }, (_, i) => `Task T-${i + 1}`),
      )
      const bodies = [...repository.comments.values()].map(({ body }) => body.split('\n')[0])
      expect(bodies).to.have.members(Array.from({ length: 20 }, (_, i) => `c-${i + 1}`))
    })).timeout(20_000)

  it('sends nothing while GitHub limits it, then the rest in order', () =>
    withOutbox(async ({ github, repository, rig }) => {
      let isHeld = false
      github.faults = ({ method }) => {
        if (method !== 'POST' || posts(github).length !== 3 || isHeld) return null
        isHeld = true
        return { kind: 'secondary', status: 403, retryAfter: 1 }
      }
      for (let n = 1; n <= 8; n += 1) rig.outbox.enqueue(issue(`T-${n}`))
      rig.outbox.start()
      await rig.drained()
      const limited = github.requests.findIndex(({ fault }) => fault === 'secondary')
      const [refused, next] = github.requests.slice(limited)
      expect(next!.at - refused!.at).to.be.at.least(950)
      expect([...repository.issues.values()].map(({ title }) => title)).to.deep.equal(
        Array.from({ length: 8 }, (_, i) => `Task T-${i + 1}`),
      )
    }))

  it('keeps its rows while the token is refused or too narrow, names the permission, and drains when that is mended', () =>
    withOutbox(async ({ github, repository, rig }) => {
      const token = github.tokens.get(TOKEN)!
      token.issues = 'read'
      rig.outbox.enqueue(issue('A'))
      rig.outbox.enqueue(issue('B'))
      rig.outbox.start()
      await eventually(() => expect(rig.outbox.holdReason).to.contain('issues=write'))
      token.issues = 'write'
      github.tokens.delete(TOKEN)
      await eventually(() => expect(rig.outbox.holdReason).to.contain('token'))
      expect(repository.issues.size).to.equal(0)
      github.tokens.set(TOKEN, token)
      await rig.drained()
      expect(repository.issues.size).to.equal(2)
    }))

  it('says once that GitHub dropped labels, and retries nothing where issues are switched off', () =>
    withOutbox(async ({ github, repository, rig }) => {
      repository.permissions.set(github.me.login, 'read')
      rig.outbox.enqueue(issue('T', { labels: ['orchestra'] }))
      rig.outbox.start()
      await rig.drained()
      expect(rig.outbox.row('issue/T')?.reason).to.contain('no push access')
      repository.hasIssues = false
      rig.outbox.enqueue(issue('U'))
      await rig.drained()
      expect(rig.outbox.row('issue/U')).to.include({ state: 'refused', attempts: 1 })
    }))

  it('posts nothing that looks like a secret, also split over lines', () =>
    withOutbox(async ({ github, rig }) => {
      const secrets = [
        `ghp_${'a1'.repeat(18)}`,
        `sk-ant-api03-${'x'.repeat(40)}`,
        `sk-proj-${'Y'.repeat(40)}`,
        'AKIAIOSFODNN7EXAMPLE',
        'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlLXRleHQ',
        '-----BEGIN OPENSSH PRIVATE KEY-----',
        'https://anna:hunter2secret@example.test/x',
        TOKEN,
      ]
      secrets.forEach((secret, n) => {
        const half = Math.floor(secret.length / 2)
        rig.outbox.enqueue(issue(`A-${n}`, { body: `found ${secret} there` }))
        rig.outbox.enqueue(issue(`B-${n}`, { title: secret }))
        // Of an address a line break makes no address; of all others it is the same secret.
        if (!secret.startsWith('https'))
          rig.outbox.enqueue(issue(`C-${n}`, { body: `${secret.slice(0, half)}\n  ${secret.slice(half)}` }))
      })
      rig.outbox.enqueue(
        issue('fine', { body: 'task-implement-the-whole-thing, sk-learn, password: see the vault' }),
      )
      rig.outbox.start()
      await rig.drained()
      expect(rig.outbox.counts.refused).to.equal(secrets.length * 3 - 1)
      expect(rig.outbox.row('issue/A-0')?.reason).to.match(/^looks like a secret \(a GitHub token, at 6\)$/)
      expect(posts(github)).to.have.length(1)
    }))

  it('calls nobody, links nothing and hides nothing, in titles too', () =>
    withOutbox(async ({ github, repository, rig }) => {
      repository.watchers.add('watcher')
      const text =
        '@orchestrator and @CG-1 and @org/team: closes #12, fixes owner/name#3, GH-7, https://github.com/o/r/issues/5\n<!-- hidden --> \u202e\u001b]52;c;x\u0007'
      rig.outbox.enqueue(
        issue('T', {
          title: `🚨 ${text}`,
          body: `${text}\n\`\`\`\n@in-code\n\`\`\``,
          trailer: 'depends: #4',
        }),
      )
      rig.outbox.start()
      await rig.drained()
      const made = repository.issues.get(1)!
      expect(github.world.mails.map(({ to }) => to)).to.deep.equal(['watcher'])
      for (const said of [made.title, made.body.split('\n\ndepends')[0]!]) {
        expect(said).not.to.match(/@[A-Za-z0-9]|#\d|GH-\d|\/\/github\.com|<!--|\u202e|\u001b/)
        expect(said).to.contain('orchestrator')
      }
      expect(made.body).to.contain('\n\ndepends: #4\n\n<!-- orchestra:1 ')
    }))

  it('edits its one status comment in place; a deleted one is made anew, once', () =>
    withOutbox(async ({ github, repository, rig }) => {
      github.world.addIssue(repository, { title: 'T' })
      rig.outbox.start()
      for (const body of ['one', 'two', 'three']) {
        rig.outbox.enqueue(status(1, body), { urgent: true })
        await rig.drained()
      }
      const mine = () => [...repository.comments.values()].map(({ body }) => body.split('\n')[0])
      expect(mine()).to.deep.equal(['three'])
      expect(posts(github)).to.have.length(1)
      repository.comments.clear()
      rig.outbox.enqueue(status(1, 'four'), { urgent: true })
      await rig.drained()
      expect(mine()).to.deep.equal(['four'])
      rig.outbox.enqueue(status(1, 'four'), { urgent: true })
      expect(rig.outbox.counts.pending).to.equal(0)
    }))

  it('edits a status seldom while nothing urgent is in it, and then with the last text', () => {
    let now = Date.now()
    return withOutbox(
      async ({ github, repository, rig }) => {
        github.world.addIssue(repository, { title: 'T' })
        rig.outbox.enqueue(status(1, 'step 0'))
        rig.outbox.start()
        await rig.drained()
        for (let n = 1; n <= 30; n += 1) {
          rig.outbox.enqueue(status(1, `step ${n}`))
          await new Promise((resolve) => setTimeout(resolve, QUICK.tickMs))
        }
        expect(github.writes).to.have.length(1)
        now += QUICK.statusEveryMs
        await rig.drained()
        expect([...repository.comments.values()][0]?.body).to.match(/^step 30/)
        expect(github.writes).to.have.length(2)
      },
      { now: () => now },
    )
  })

  for (const kind of ['drop-after', 'late'] as const)
    it(`does not put off a new state that came while the one before was on its way (${kind})`, () =>
      withOutbox(
        async ({ github, repository, rig }) => {
          github.world.addIssue(repository, { title: 'T' })
          const first = kind === 'late' ? { kind, ms: 300 } : { kind }
          github.faults = ({ method }) => {
            if (method !== 'POST' || posts(github).length > 0) return null
            rig.outbox.enqueue(status(1, 'complete'), { urgent: true })
            return first
          }
          rig.outbox.enqueue(status(1, 'in progress'), { urgent: true })
          rig.outbox.start()
          await rig.drained(10_000)
          expect([...repository.comments.values()].map(({ body }) => body.split('\n')[0])).to.deep.equal([
            'complete',
          ])
        },
        { pace: { ...QUICK, statusEveryMs: 600_000 } },
      ))

  it('takes no marker for its own that somebody else pasted, or that stands above the end', () =>
    withOutbox(async ({ github, repository, rig }) => {
      github.faults = ({ method }) =>
        method === 'POST' && posts(github).length === 0 ? { kind: 'drop-before' } : null
      rig.outbox.enqueue(issue('first'))
      rig.outbox.start()
      await rig.drained()
      const marker = repository.issues.get(1)!.body.split('\n').at(-1)!
      const forged = formatMarker({ store: rig.store.id, key: 'issue/T', code: 'A'.repeat(22) })
      github.world.addIssue(repository, {
        title: 'pasted by a stranger',
        body: `x\n${marker.replace('first', 'T')}`,
      })
      github.world.addIssue(repository, { title: 'forged', body: forged, user: github.me })
      github.world.addIssue(repository, { title: 'quoted', body: `${marker}\nmore`, user: github.me })
      let isFirst = true
      github.faults = ({ method }) => {
        if (method !== 'POST' || !isFirst) return null
        isFirst = false
        return { kind: 'drop-before' }
      }
      rig.outbox.enqueue(issue('T'))
      await rig.drained()
      expect(rig.outbox.row('issue/T')?.remote?.number).to.equal(5)
      expect(repository.issues.get(5)?.title).to.equal('Task T')
    }))

  it('closes an issue once: what a person opened again stays open', () =>
    withOutbox(async ({ github, repository, rig }) => {
      const made = github.world.addIssue(repository, {
        title: 'T',
        createdAt: Date.now() - 60_000,
        updatedAt: Date.now() - 60_000,
      })
      const close: Work = { kind: 'close', subject: 'T.1', issue: 1 }
      // It was carried out, its answer was lost, and a person opened the issue again before we asked.
      github.faults = ({ method }) => (method === 'PATCH' ? { kind: 'drop-after' } : null)
      github.between = ({ method, path }) => {
        if (method !== 'GET' || !path.endsWith('/issues/1') || made.state === 'open') return
        made.state = 'open'
        made.updatedAt = Date.now() + 5000
      }
      rig.outbox.enqueue(close)
      rig.outbox.start()
      await rig.drained()
      expect(made.state).to.equal('open')
      expect(rig.outbox.row('close/T.1')).to.include({ state: 'refused', attempts: 2 })
      rig.outbox.enqueue(close)
      await rig.drained()
      expect(github.requests.filter(({ method }) => method === 'PATCH')).to.have.length(1)
    }))

  it('writes no more than an hour and a run allow, over restarts, and says why rows wait', () =>
    withOutbox(
      async ({ repository, rig, again }) => {
        for (let n = 1; n <= 9; n += 1) rig.outbox.enqueue(issue(`T-${n}`))
        rig.outbox.start()
        await eventually(() => expect(rig.outbox.holdReason).to.contain('writes_per_hour'))
        expect(repository.issues.size).to.equal(4)
        const second = await again()
        second.outbox.start()
        await eventually(() => expect(second.outbox.holdReason).to.contain('writes_per_hour'))
        expect(repository.issues.size).to.equal(4)
        expect(second.outbox.counts.pending).to.equal(5)
      },
      { limits: { writesPerHour: 4, issuesPerRun: 100 } },
    ))

  it('creates no more issues for a run than are allowed', () =>
    withOutbox(
      async ({ repository, rig }) => {
        for (let n = 1; n <= 5; n += 1) rig.outbox.enqueue(issue(`T-${n}`))
        rig.outbox.start()
        await eventually(() => expect(rig.outbox.holdReason).to.contain('issues_per_run'))
        expect(repository.issues.size).to.equal(3)
      },
      { limits: { writesPerHour: 100, issuesPerRun: 3 }, runStartedAt: () => 0 },
    ))

  it('folds the reports of days without GitHub into one, and a status into its last text', () => {
    let now = Date.now()
    return withOutbox(
      async ({ github, repository, rig }) => {
        github.world.addIssue(repository, { title: 'T' })
        for (let n = 1; n <= 400; n += 1) {
          if (n % 20 === 0) rig.outbox.enqueue(comment(`report-${n}`, 1))
          rig.outbox.enqueue(status(1, `state ${n}`))
        }
        now += 3 * 86_400_000
        rig.outbox.enqueue(comment('today', 1))
        rig.outbox.start()
        await rig.drained()
        const bodies = [...repository.comments.values()].map(({ body }) => body)
        expect(github.writes).to.have.length(3)
        expect(bodies.find((body) => body.startsWith('report-400'))).to.contain('- report-20\n- report-40')
        expect(bodies.filter((body) => body.startsWith('state 400'))).to.have.length(1)
      },
      { now: () => now },
    )
  })

  it('waits for the name of a repository that was renamed, and makes nothing twice', () => {
    let name = 'name'
    return withOutbox(
      async ({ github, repository, rig }) => {
        github.world.rename(repository, 'owner/other')
        rig.outbox.enqueue(issue('T'))
        rig.outbox.start()
        await rig.drained()
        expect(repository.issues.size).to.equal(1)
        expect(posts(github).map(({ status }) => status)).to.deep.equal([301, 201])
      },
      { where: () => ({ owner: 'owner', repo: name }), moved: () => (name = 'other') },
    )
  })

  it('cuts a report that is too long where people see it, by characters of every kind', () =>
    withOutbox(async ({ github, repository, rig }) => {
      github.world.addIssue(repository, { title: 'T' })
      rig.outbox.enqueue(comment('long', 1, `\`\`\`\n${'日本語 🚀 line\n'.repeat(16_000)}\`\`\``))
      rig.outbox.start()
      await rig.drained()
      const [body = ''] = [...repository.comments.values()].map((one) => one.body)
      expect(body.length).to.be.within(60_000, 65_536)
      expect(Array.from(body).some((point) => /^[\ud800-\udfff]$/.test(point))).to.equal(false)
      expect(body).to.match(/\n```\n\n\*\(cut here: \d+ more characters stand in the run's report\.md\)\*/)
      expect(body).to.match(/<!-- orchestra:1 [^\n]+ -->$/)
    }))

  for (const absent of [false, true])
    it(`goes on where GitHub takes no more parts and dependencies${absent ? ', or has none' : ''}, and says it once`, () =>
      withOutbox(async ({ github, repository, rig }) => {
        const ISSUE = 'POST /repos/{owner}/{repo}/issues/{issue_number}'
        if (absent)
          for (const end of ['/sub_issues', '/dependencies/blocked_by']) github.absent.add(`${ISSUE}${end}`)
        const parent = github.world.addIssue(repository, { title: 'parent' })
        for (let n = 0; n < 100; n += 1)
          github.world.addIssue(repository, { title: `${n}`, parent: parent.number })
        const last = github.world.addIssue(repository, { title: '101st' })
        rig.outbox.enqueue({ kind: 'part', parent: 1, issueId: last.id })
        rig.outbox.enqueue({ kind: 'edge', issue: last.number, blockedById: absent ? parent.id : 999_999 })
        rig.outbox.enqueue(issue('after'))
        rig.outbox.start()
        await rig.drained()
        const relations = rig.outbox.rows.filter(({ work }) => work.kind === 'part' || work.kind === 'edge')
        for (const { attempts, reason } of relations) {
          expect(attempts).to.equal(1)
          expect(reason).to.contain('GitHub keeps no such relation there')
        }
        expect(rig.outbox.row('issue/after')?.state).to.equal('sent')
      }))

  it('sends nothing while it is held, and forgets a row that a person drops', () => {
    let held: string | null = 'the repository is public'
    return withOutbox(
      async ({ github, repository, rig }) => {
        rig.outbox.enqueue(issue('A'))
        rig.outbox.enqueue(issue('B'))
        rig.outbox.start()
        await new Promise((resolve) => setTimeout(resolve, 50))
        expect(github.writes).to.deep.equal([])
        expect(rig.outbox.holdReason).to.equal('the repository is public')
        expect(rig.outbox.drop('issue/A')).to.equal(true)
        held = null
        await rig.drained()
        expect([...repository.issues.values()].map(({ title }) => title)).to.deep.equal(['Task B'])
      },
      { held: () => held },
    )
  })
})
