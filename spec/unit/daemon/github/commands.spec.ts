import { expect } from 'chai'
import { gateCode } from '../../../../lib/core/github/gate-code.js'
import { checkedId, type GateId } from '../../../../lib/core/ids.js'
import { PLAIN_GATE } from '../../../../lib/core/layout/gate-spec.js'
import { questionOfGate } from '../../../../lib/core/run/rows/question.js'
import { withConnection, type ConnectionRig } from '../../../support/github/connection-rig.js'

const P0 = checkedId<GateId>('p0')
const LAYOUT = { gates: [{ ...PLAIN_GATE, id: P0, approve: 'human' as const }] }

describe('commands in comments', function () {
  /** A repository with an issue, the gate that waits, and its code. */
  const prepare = ({ github, kernel }: ConnectionRig) => {
    const repository = github.repository()
    github.world.addIssue(repository, { title: 'master' })
    kernel.loop.dispatch({ type: 'gate.checked', at: kernel.at, gate: P0, ok: true, checks: [], head: null })
    const question = questionOfGate(kernel.loop.state.gates.get(P0)!)
    repository.permissions.set('ada', 'write').set('rob', 'read')
    const say = (login: string, body: string, more = {}) =>
      github.world.addComment(repository, 1, {
        body,
        user: github.world.user(login, login.endsWith('[bot]') ? 'Bot' : 'User'),
        ...more,
      })
    return {
      repository,
      say,
      code: gateCode('p0', question?.prompt_id ?? ''),
      revision: question?.prompt_id ?? null,
    }
  }

  it('act once, for a person who may write, with the code of the revision that waits, after a restart too', () =>
    withConnection(
      async (rig) => {
        const { github, connect, asked, receipts, kernel } = rig
        const { say, code, revision } = prepare(rig)
        say('ada', `/orchestra approve p0 ${code}`)
        const first = connect()
        await first.look()
        // What was there before the first look commands nothing.
        expect(asked).to.deep.equal([])
        say('rob', `/orchestra approve p0 ${code}`)
        say('stranger', `/orchestra approve p0 ${code}`)
        say('evil[bot]', `/orchestra approve p0 ${code}`)
        say('ada', `> /orchestra approve p0 ${code}`)
        const old = say('ada', `/orchestra approve p0 ${gateCode('p0', 'an older revision')}`)
        const edited = say('ada', `/orchestra approve p0 ${code}`)
        edited.updatedAt += 5000
        const right = say('ada', `/orchestra approve p0 ${code.toUpperCase()}`)
        const odd = say('ada', '/orchestra dance')
        await first.look()
        await first.look()
        first.stop()
        await connect().look()
        expect(asked).to.deep.equal([
          { by: 'github:ada', method: 'POST', path: '/v1/answer/p0/approve', body: { prompt_id: revision } },
        ])
        expect(receipts).to.deep.equal([
          [old.id, 'eyes'],
          [old.id, '-1'],
          [right.id, 'eyes'],
          [right.id, '+1'],
          [odd.id, 'confused'],
        ])
        expect(github.problems).to.deep.equal([])
        const notes = kernel.events.flatMap((event) => (event.type === 'noted' ? event.text : []))
        expect(notes).to.include(
          `rob: /orchestra approve p0 ${code}: refused: rob may read, and write is needed`,
        )
        expect(notes.join('\n')).to.include('the code is of another revision of gate p0')
      },
      { layout: LAYOUT },
    ))

  it('wait while GitHub does not say what their author may do, and are refused when the daemon refuses', () =>
    withConnection(
      async (rig) => {
        const { github, connect, asked, receipts } = rig
        const { say } = prepare(rig)
        const connection = connect()
        await connection.look()
        github.faults = ({ path }) =>
          path.endsWith('/permission') ? { kind: 'status-before', status: 500 } : null
        const one = say('ada', '/orchestra retry issue-7')
        await connection.look()
        expect([asked, receipts]).to.deep.equal([[], []])
        github.faults = () => null
        await connection.look()
        expect(asked.map(({ path }) => path)).to.deep.equal(['/v1/tasks/issue-7/retry'])
        expect(receipts).to.deep.equal([
          [one.id, 'eyes'],
          [one.id, '-1'],
        ])
      },
      { layout: LAYOUT, answer: () => Promise.reject(new Error('issue-7 is COMPLETED')) },
    ))

  it('are shown and not obeyed in mode read', () =>
    withConnection(
      async (rig) => {
        const { connect, asked, receipts, kernel } = rig
        const { say } = prepare(rig)
        const connection = connect()
        await connection.look()
        say('ada', '/orchestra pause')
        await connection.look()
        expect([asked, receipts]).to.deep.equal([[], []])
        expect(kernel.events.at(-1)).to.deep.include({
          type: 'noted',
          text: 'ada: /orchestra pause: not obeyed: `mode: read`',
        })
      },
      { layout: LAYOUT, spec: { mode: 'read' } },
    ))
})
