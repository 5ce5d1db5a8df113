/** Who may do what, and which edit of a layout needs more than the right to run it. */
import { expect } from 'chai'
import { changesAccess } from '../../../../lib/core/access/changes-access.js'
import { missing, roleOf } from '../../../../lib/core/access/grant.js'
import { PERMISSIONS } from '../../../../lib/core/access/permissions.js'
import { BUILT_IN_ROLES, type RoleSpec } from '../../../../lib/core/access/roles.js'
import { whyNoAnswer } from '../../../../lib/core/gates/people.js'
import type { GateId } from '../../../../lib/core/ids.js'
import type { Layout } from '../../../../lib/core/layout/model.js'
import type { Principal } from '../../../../lib/core/principal.js'
import { layoutOf } from '../../../../lib/simulate/layout-of.js'

const commenter: Principal = { kind: 'github', id: 'alice', via: 'github' }
const factsOf = (roles: readonly RoleSpec[]) => ({
  layout: { roles, agents: [] },
  tokenRole: () => undefined,
  agentOfAttempt: () => null,
})

describe('a person who commands by a comment', () => {
  const allowed = (roles: readonly RoleSpec[]) => {
    const role = roleOf(commenter, factsOf(roles))
    return PERMISSIONS.filter((one) => missing(role, [one], null) === null)
  }

  it('may what the commands need, and nothing else of an operator', () => {
    const wanted = ['status:read', 'answers:write', 'tasks:write', 'tasks:delete', 'run:write']
    expect(allowed([])).to.have.members(wanted)
    // A layout that gives its operators more means its own people.
    expect(allowed([{ id: 'operator', allow: PERMISSIONS, agents: null, gates: null }])).to.have.members(
      wanted,
    )
  })

  it('may less where the layout gives operators less', () => {
    const narrow: RoleSpec = { id: 'operator', allow: ['tasks:write', 'answers:write'], agents: null, gates: ['ok'] } // prettier-ignore
    expect(allowed([narrow])).to.have.members(['tasks:write', 'answers:write'])
    const role = roleOf(commenter, factsOf([narrow]))
    expect(missing(role, ['answers:write'], { kind: 'gate', id: 'ok' })).to.equal(null)
    expect(missing(role, ['answers:write'], { kind: 'gate', id: 'deploy' })).to.equal('answers:write')
  })

  it('answers a gate that asks a role only where the layout names them', () => {
    const gate = { id: 'G' as GateId, quorum: { role: 'approver', count: 1 } }
    const named = { id: 'a', is: ['github:alice'], roles: ['approver'], layer: null, notify: false }
    expect(whyNoAnswer([], gate, commenter)).to.match(/github:alice is not one of the layout's people/)
    expect(whyNoAnswer([named], gate, commenter)).to.equal(null)
    expect(whyNoAnswer([], { ...gate, quorum: { role: null, count: 1 } }, commenter)).to.equal(null)
    const owner: Principal = { kind: 'person', id: '1000', via: 'socket' }
    expect(whyNoAnswer([], gate, owner)).to.equal(null)
  })
})

describe('an edit of a layout', () => {
  const base = layoutOf({ agents: { A: {}, B: {} }, tasks: { t: {} } })
  const github = {
    machine: 'gh',
    api: 'https://api.github.com',
    token: null,
    mode: 'mirror',
    commands: { from: 'write', only: ['alice'] },
  } as unknown as Layout['github'][number]
  const place = (repository: string) =>
    ({ id: 'gh', kind: 'github', repository }) as unknown as Layout['machines'][number]
  const connected = (more: object = {}, repository = 'o/r'): Layout => ({
    ...base,
    machines: [...base.machines, place(repository)],
    github: [{ ...github, ...more }],
  })

  it('needs admin:access when it gives anybody more, or another way in', () => {
    const tcp = { host: '127.0.0.1', port: 1, names: [], tls: null, behind: null }
    const role = BUILT_IN_ROLES[0] as RoleSpec
    const edits: Record<string, readonly [Layout, Layout]> = {
      roles: [base, { ...base, roles: [{ ...role, allow: PERMISSIONS }] }],
      people: [base, { ...base, people: [{ id: 'x', is: ['token:x'], roles: ['approver'], layer: null, notify: false }] }], // prettier-ignore
      access: [
        base,
        { ...base, agents: base.agents.map((one) => ({ ...one, access: ['tasks:write'] as const })) },
      ],
      door: [base, { ...base, api: { ...base.api, tcp } }],
      connection: [base, connected()],
      'whose commands': [connected(), connected({ commands: { from: 'write', only: [] } })],
      'commands at all': [connected({ mode: 'read' }), connected()],
      repository: [connected(), connected({}, 'mallory/r')],
      'whose GitHub': [connected(), connected({ api: 'https://ghe.example/api/v3' })],
    }
    for (const [name, [before, after]] of Object.entries(edits))
      expect(changesAccess(before, after), name).to.equal(true)
  })

  it('needs it not for anything else', () => {
    expect(changesAccess(connected(), { ...connected(), title: 'x', tasks: [] })).to.equal(false)
    expect(changesAccess(connected(), connected({ poll: { activeMs: 1, idleMs: 2 } }))).to.equal(false)
  })
})
