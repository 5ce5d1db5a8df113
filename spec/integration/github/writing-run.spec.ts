/** What an agent does and how a run stands, as people find it on GitHub. */
import { expect } from 'chai'
import { gateCode } from '../../../lib/core/github/gate-code.js'
import { attentionList } from '../../../lib/core/run/rows/attention.js'
import { gateRevision } from '../../../lib/core/gates/revision.js'
import { checkedId, type GateId, type LayerId, type TaskId } from '../../../lib/core/ids.js'
import { PERSON } from '../../support/principals.js'
import type { FakeRepository } from '../../support/github/fake-world.js'
import { agentComes, begins, completes, withWriting } from '../../support/github/writing-rig.js'

const bodies = ({ comments }: FakeRepository) => [...comments.values()].map(({ body }) => body)
const starting = (repository: FakeRepository, words: string) =>
  bodies(repository).filter((body) => body.startsWith(words))
const T = checkedId<TaskId>('T')

describe('a run that goes on, written to GitHub', function () {
  this.timeout(30_000)

  it('keeps one comment on an issue, edited in place, labels its state, posts the report and closes it once', () =>
    withWriting({ post: ['worker'], stateLabel: 'orchestra:' }, async (place) => {
      const { github, repository, apply, happens, drained } = place
      const made = github.world.addIssue(repository, { title: 'T', labels: ['bug'] })
      apply({ tasks: { T: { issue: 1 }, other: {} } })
      agentComes(place)
      await drained()
      expect(github.writes).to.deep.equal([])

      const attempt = begins(place, 'T')
      await drained()
      expect(starting(repository, '### T: in progress')).to.have.length(1)
      expect(made.labels).to.have.members(['bug', 'orchestra:in-progress'])
      happens({ type: 'attempt.progressed', attempt, progress: 0.4, text: 'on it', checkpoint: null })
      await drained()
      expect(starting(repository, '### T')[0]).to.contain('| Progress | 40 % |')

      completes(place, attempt, 'deployed')
      await drained()
      const [status, ...more] = starting(repository, '### T')
      expect(more).to.deep.equal([])
      expect(status).to.match(/^### T: complete\n/)
      expect(status).to.contain('| State | COMPLETED |')
      expect(status).to.contain('| Worker | A on here |')
      expect(status).to.contain('| Files | dist/app.zip |')
      expect(status).to.contain('| Checks | 1 of 1 passed |')
      expect(made).to.include({ state: 'closed' })
      expect(made.labels).to.have.members(['bug', 'orchestra:completed'])
      const reports = bodies(repository).filter((body) => !body.startsWith('### T'))
      expect(reports).to.have.length(1)
      expect(reports[0]).to.match(/^## /)
      expect(reports[0]).to.contain('dist/app.zip')
      expect([...repository.comments.values()].every(({ issue }) => issue === 1)).to.equal(true)

      // That we closed it needs no look; what a person opens again stays open, and does.
      const looks = () =>
        attentionList(place.kernel.loop.state, Date.now()).filter(({ kind }) => kind === 'issue_changed')
      expect(place.kernel.loop.state.issues.get(T)?.state).to.equal('closed')
      expect(looks()).to.deep.equal([])
      made.state = 'open'
      happens({ type: 'issue.seen', task: T, state: 'open' })
      await drained()
      expect(made.state).to.equal('open')
      expect(looks().map(({ text }) => text)).to.deep.equal([
        'issue #1 was opened again; the task stays complete',
      ])
    }))

  it('reports a phase once, when its gate is open', () =>
    withWriting({ post: ['phase'], master: 1 }, async (place) => {
      const { github, repository, apply, happens, drained } = place
      github.world.addIssue(repository, { title: 'Run' })
      apply({
        tasks: { T: {}, later: {} },
        gates: { ready: { after: ['T'], approve: 'human' } },
        phases: {
          p0: { tasks: ['T'], goal: 'One deployment', gate: 'ready' },
          p1: { tasks: ['later'], needs: ['p0'] },
        },
      })
      agentComes(place)
      completes(place, begins(place, 'T'), 'done')
      await drained()
      expect(starting(repository, '## Phase Report')).to.deep.equal([])
      happens({
        type: 'gate.answered',
        gate: checkedId<GateId>('ready'),
        approved: true,
        question: [],
        promptId: gateRevision(place.kernel.loop.state.gates.get(checkedId<GateId>('ready'))!),
        criteria: null,
        reason: null,
        by: PERSON,
      })
      await drained()
      completes(place, begins(place, 'later'), 'done')
      await drained()
      await drained()
      const said = starting(repository, '## Phase Report')
      expect(said.map((body) => body.split('\n')[0])).to.deep.equal([
        '## Phase Report - [p0]',
        '## Phase Report - [p1]',
      ])
      expect(said[0]).to.contain('One deployment')
      expect(said[0]).to.contain('T: COMPLETED')
    }))

  it('closes what it made, and leaves what a person linked or what was done before to that person', () =>
    withWriting({}, async (place) => {
      const { github, repository, apply, writing, drained } = place
      github.world.addIssue(repository, { title: 'of a person' })
      github.world.addIssue(repository, { title: 'of the layout' })
      apply({ tasks: { linked: {}, made: { issue: 'create' }, never: { issue: 2 } } })
      agentComes(place)
      await writing.bindings.link('linked', 1, PERSON)
      await drained()
      for (const id of ['linked', 'made']) completes(place, begins(place, id), 'done')
      await drained()
      expect([...repository.issues.values()].map(({ title, state }) => [title, state])).to.deep.equal([
        ['of a person', 'open'],
        ['of the layout', 'open'],
        ['made', 'closed'],
      ])
      expect(starting(repository, '### linked: complete')).to.have.length(1)
    }))

  it('says why a task failed, and closes nothing of it', () =>
    withWriting({ stateLabel: 'orchestra:' }, async (place) => {
      const { github, repository, apply, happens, drained } = place
      const made = github.world.addIssue(repository, { title: 'T' })
      apply({ tasks: { T: { issue: 1, retry: { attempts: 1 } } } })
      agentComes(place)
      const attempt = begins(place, 'T')
      happens({
        type: 'attempt.proved',
        attempt,
        proof: { kind: 'report', outcome: 'fail', text: 'no | permission', exitCode: null },
      })
      await drained()
      expect(starting(repository, '### T: failed')[0]).to.contain('no \\| permission')
      expect(made.labels).to.deep.equal(['orchestra:failed'])
      expect(made.state).to.equal('open')
    }))

  it('posts URGENT once, on the issue that all report to, whatever happens to it after', () =>
    withWriting({ post: ['urgent'], master: 1 }, async (place) => {
      const { github, repository, apply, happens, drained, kernel } = place
      github.world.addIssue(repository, { title: 'Run' })
      apply({ tasks: { T: {} } })
      const layer = checkedId<LayerId>('L1')
      const cause = (key: string, urgent: boolean) => ({
        key,
        kind: 'task_blocked' as const,
        subject: 'T',
        task: T,
        attempt: null,
        urgent,
        text: { issue: 'T is blocked', blocker: 'no @quota', proposal: 'ask for #5', impact: 'all waits' },
      })
      happens({ type: 'escalation.opened', cause: cause('a', true), layer, to: ['person:anna'] })
      happens({ type: 'escalation.opened', cause: cause('b', false), layer, to: ['person:anna'] })
      await drained()
      happens({ type: 'escalation.raised', escalation: 'E1', layer: checkedId<LayerId>('L0'), to: [] })
      happens({ type: 'escalation.acked', escalation: 'E1', by: PERSON })
      await drained()
      happens({ type: 'escalation.closed', escalation: 'E1' })
      await drained()
      const said = bodies(repository)
      expect(said).to.have.length(1)
      expect(said[0]).to.match(
        /^## 🚨 URGENT\n\nIssue: T is blocked\nBlocker: no @\u200bquota\nProposed solution: /,
      )
      expect(said[0]).to.match(/\nImpact: all waits\n/)
      expect(kernel.loop.state.escalations.size).to.equal(2)
    }))

  for (const post of [['urgent'], []] as const)
    it(`posts once what is addressed to github, urgent or not, with post: [${post.join()}]`, () =>
      withWriting({ post, master: 1 }, async (place) => {
        const { github, repository, apply, happens, drained, writing } = place
        github.world.addIssue(repository, { title: 'Run' })
        apply({ tasks: { T: {} } })
        const layer = checkedId<LayerId>('L1')
        for (const urgent of [true, false]) {
          const text = { issue: `urgent: ${urgent}`, blocker: 'b', proposal: 'p', impact: 'i' }
          const cause = {
            key: `${urgent}`,
            kind: 'run_stuck' as const,
            subject: 'run',
            task: null,
            attempt: null,
          }
          happens({ type: 'escalation.opened', cause: { ...cause, urgent, text }, layer, to: ['github'] })
          writing.demandPost(null)
        }
        await drained()
        expect(bodies(repository).map((body) => body.split('\n')[0])).to.deep.equal([
          '## 🚨 URGENT',
          '## E2: urgent: false',
        ])
      }))

  it('posts once what was on its way to github when the daemon was killed', () =>
    withWriting({ master: 1 }, async ({ github, repository, apply, happens, drained, writing }) => {
      github.world.addIssue(repository, { title: 'Run' })
      apply({ tasks: { T: {} } })
      writing.pause(true)
      const text = { issue: 'i', blocker: 'b', proposal: 'p', impact: 'm' }
      const cause = { key: 'k', kind: 'run_stuck' as const, subject: 'run', task: null, attempt: null }
      const layer = checkedId<LayerId>('L1')
      happens({ type: 'escalation.opened', cause: { ...cause, urgent: false, text }, layer, to: ['github'] })
      happens({ type: 'escalation.sending', escalation: 'E1', layer, to: 'github' })
      // Killed here: nobody asks for the post any more. The next daemon has the state alone.
      writing.stop()
      writing.pause(false)
      writing.start()
      await drained()
      writing.changed()
      await drained()
      expect(bodies(repository).map((body) => body.split('\n')[0])).to.deep.equal(['## E1: i'])
    }))

  it('asks at a gate once a revision, with the code that answers it', () =>
    withWriting({ master: 1 }, async (place) => {
      const { github, repository, apply, happens, drained, kernel } = place
      github.world.addIssue(repository, { title: 'Run' })
      apply({ tasks: { T: {} }, gates: { ship: { after: ['T'], approve: 'human' } } })
      agentComes(place)
      await drained()
      expect(bodies(repository)).to.deep.equal([])
      completes(place, begins(place, 'T'), 'done')
      await drained()
      const ship = checkedId<GateId>('ship')
      const gate = kernel.loop.state.gates.get(ship)!
      expect(gate.status).to.equal('waiting')
      const [said, ...more] = bodies(repository)
      expect(more).to.deep.equal([])
      expect(said).to.match(/^## Gate ship waits for an answer\n/)
      const code = gateCode('ship', gateRevision(gate)!)
      expect(said).to.contain(`\n/orchestra approve ship ${code}\n/orchestra deny ship ${code} WHY\n`)
      happens({
        type: 'gate.answered',
        gate: ship,
        approved: true,
        question: [],
        promptId: gateRevision(gate),
        criteria: null,
        reason: null,
        by: PERSON,
      })
      await drained()
      expect(kernel.loop.state.gates.get(ship)?.status).to.equal('open')
      expect(bodies(repository)).to.have.length(1)
    }))
})
