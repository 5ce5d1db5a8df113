/** A run of the built program that is written to GitHub, and each verb that writes. */
import { expect } from 'chai'
import type { StatusDocument } from '../../lib/core/protocol/status.js'
import { eventually } from '../support/eventually.js'
import { withFakeGithub } from '../support/github/fake-github.js'
import { placesOf } from '../support/github/places-of.js'
import { withOrchestra } from '../support/orchestra.js'

const TOKEN = 'token-of-orchestra'

const layout = (api: string) => `version: 1
session: writes
layers: { L0: MAESTRO, L1: ORCHESTRATOR }
machines:
  here: { kind: local, layer: L1 }
  hub: { kind: github, repository: owner/name }
github:
  hub:
    api: '${api}'
    token: { env: GH_TOKEN_FOR_TEST }
    mode: mirror
    master: 1
    post: [urgent]
    poll: { active: 1s, idle: 1s }
escalation:
  L1: { to: [github] }
tasks:
  bound: { type: command, command: 'true', issue: 2 }
  fails: { type: command, tier: P0, command: 'exit 3' }
  later: { type: command, command: 'true', needs: [fails] }
`

describe('GitHub, written', function () {
  this.timeout(90_000)

  it('closes what is done, is told once of what failed, and does what each verb says', () =>
    withFakeGithub((github) =>
      withOrchestra(
        async (o) => {
          const repository = github.repository()
          for (const number of [1, 2, 3])
            github.world.addIssue(repository, { number, title: `Issue ${number}` })
          const bodies = () => [...repository.comments.values()].map(({ body }) => body)
          o.write('orchestra.yaml', layout(github.url))
          await o.ok('up', '-d')
          await o.ok('github', 'pause')
          await eventually(async () =>
            expect(await o.ok('github', 'plan')).to.include('nothing leaves: a person paused writing'),
          )
          await o.ok('run')
          await o.untilStatus((doc) => expect(doc.escalations[0]?.told[0]?.to[0]?.state).to.equal('sent'))
          expect(await o.ok('github', 'plan')).to.include('close #2')
          await o.ok('github', 'report', 'synthesis', '--post')
          const [key = ''] = /comment\/synthesis\S+/.exec(await o.ok('github', 'outbox')) ?? []
          await o.ok('github', 'outbox', 'retry', key)
          expect(await o.ok('github', 'outbox')).to.contain(key)
          await o.ok('github', 'outbox', 'drop', key)
          expect(await o.ok('github', 'outbox')).to.not.contain(key)
          expect(github.writes).to.deep.equal([])
          await o.ok('github', 'resume')
          await eventually(() => expect(repository.issues.get(2)?.state).to.equal('closed'), 30_000)

          await o.ok('github', 'link', 'fails', '#3')
          expect(await o.ok('github', 'export', 'later')).to.include('1 issue to be made: later')
          // It has no agents.
          expect((await o.run(['github', 'report', 'standup', '--post'])).stderr).to.include('nothing to say')
          expect(await o.ok('github', 'report', 'synthesis')).to.match(/^#/)
          expect(await o.ok('github', 'report', 'synthesis', '--post')).to.include('to be posted on issue #1')
          await eventually(async () => {
            expect(await o.ok('github', 'outbox')).to.equal('nothing waits to be written\n')
            expect([...repository.issues.values()].map(({ title }) => title)).to.include('later')
            expect(bodies().filter((body) => body.startsWith('### fails: failed'))).to.have.length(1)
          }, 30_000)
          expect(await o.ok('github', 'outbox', '--all')).to.match(/^sent +close\/bound\.1 /m)
          await o.ok('github', 'unlink', 'fails')
          expect((await o.run(['github', 'unlink', 'bound'])).stderr).to.include('the layout binds bound')
          expect((await o.run(['github', 'outbox', 'drop', 'close/none'])).code).to.equal(2)

          // What a person does to an issue needs a look, and changes no task.
          const changed = async () =>
            (await o.json<StatusDocument>('status')).summary.attention.flatMap(({ kind, id, human }) =>
              kind === 'issue_changed' ? [`${id} ${human}`] : [],
            )
          expect(await changed()).to.deep.equal([])
          const touch = (number: number, state: 'open' | 'closed') => {
            repository.issues.get(number)!.state = state
            github.world.touch(repository, number)
          }
          await o.ok('github', 'link', 'fails', '3')
          touch(2, 'open')
          touch(3, 'closed')
          await eventually(
            async () => expect(await changed()).to.have.members(['bound true', 'fails true']),
            30_000,
          )
          expect((await o.json<StatusDocument>('status')).tasks.map(({ status }) => status)).to.deep.equal([
            'COMPLETED',
            'FAILED',
            'BLOCKED',
          ])
          touch(3, 'open')
          await eventually(async () => expect(await changed()).to.deep.equal(['bound true']), 30_000)
          await o.ok('github', 'unlink', 'fails')

          const urgent = bodies().filter((body) => body.startsWith('## 🚨 URGENT'))
          expect(urgent).to.have.length(1)
          expect(urgent[0]).to.match(/\nIssue: fails failed/)
          expect(repository.issues.get(3)?.state).to.equal('open')
          expect(bodies().filter((body) => body.startsWith('### bound: complete'))).to.have.length(1)
          expect(github.problems).to.deep.equal([])
          const { stdout } = await o.run(['status', '--json'])
          expect(placesOf(TOKEN, o, stdout)).to.deep.equal({ files: [], argv: [], agents: [] })
          await o.ok('down')
        },
        { env: { GH_TOKEN_FOR_TEST: TOKEN } },
      ),
    ))
})
