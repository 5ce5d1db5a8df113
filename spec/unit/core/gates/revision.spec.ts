import { expect } from 'chai'
import { ANY_PERSON } from '../../../../lib/core/gates/spec.js'
import type { GateId } from '../../../../lib/core/ids.js'
import { gateQuestion, gateRevision } from '../../../../lib/core/gates/revision.js'
import type { GateRecord } from '../../../../lib/core/run/state.js'

const check = (ok: boolean) => ({ command: 'npm test', ok, exitCode: ok ? 0 : 1, output: '', durationMs: 1 })
const gate: GateRecord = {
  spec: {
    id: 'deploy' as GateId,
    title: 'Ship it',
    after: ['build'],
    verify: ['npm test'],
    machine: null,
    cwd: null,
    timeoutMs: 1000,
    approve: 'human',
    criteria: [],
    quorum: ANY_PERSON,
  },
  status: 'waiting',
  checks: [check(true)],
  reason: null,
  since: 1000,
  head: 'a'.repeat(40),
  askedAt: 1000,
  approvals: [],
}

describe('the revision of a gate', () => {
  const other = (over: Partial<GateRecord>) => gateRevision({ ...gate, ...over })

  it('is a digest of its criteria, their outcomes and HEAD, and of nothing that a new look changes', () => {
    expect(gateRevision(gate)).to.match(/^[0-9a-f]{64}$/)
    expect(other({ since: 2000, checks: [{ ...check(true), output: 'ok', durationMs: 9 }] })).to.equal(
      gateRevision(gate),
    )
    const changed = [
      other({ spec: { ...gate.spec, verify: ['true'] } }),
      other({ checks: [check(false)] }),
      other({ head: 'b'.repeat(40) }),
      other({ head: null }),
      other({ status: 'failed', reason: 'denied by a person' }),
    ]
    expect(new Set([gateRevision(gate), ...changed]).size).to.equal(6)
  })

  it('is of the moment when it was first asked where there is no HEAD', () => {
    expect(other({ head: null, askedAt: 2000 })).to.not.equal(other({ head: null }))
  })

  it('is of what can be answered', () => {
    expect([
      other({ status: 'open' }),
      other({ status: 'closed' }),
      other({ status: 'checking' }),
    ]).to.deep.equal([null, null, null])
  })

  it('names what was verified', () => {
    expect(gateQuestion(gate).join('\n'))
      .to.include('Ship it')
      .and.include('passed: npm test')
      .and.include('HEAD aaaa')
  })
})
