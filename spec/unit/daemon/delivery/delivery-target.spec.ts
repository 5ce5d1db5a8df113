import { expect } from 'chai'
import type { AgentId } from '../../../../lib/core/ids.js'
import type { AgentRecord } from '../../../../lib/core/run/state.js'
import { DeliveryTargets } from '../../../../lib/daemon/delivery/delivery-target.js'

const A = 'A' as AgentId
const EXITED = {
  status: 'exited',
  exitCode: 1,
  signal: null,
  reason: 'exit status 1',
  reset: null,
  at: 0,
} as const
const ALIVE = { status: 'alive', pid: 1, pane: '%1', since: 0 } as AgentRecord['process']

/** On a machine that cannot be reached: whoever is alive is `away` for that reason. */
function missing(agent: Partial<AgentRecord>): string {
  const record = {
    spec: { tree: null, mode: 'interactive' },
    wanted: 'running',
    mode: 'interactive',
    restartRequested: false,
    restartAt: null,
    ...agent,
  }
  const agents = new Map([[A, { ...record, machine: 'm' } as AgentRecord]])
  const target = new DeliveryTargets({ loop: { state: { agents } } }, new Map()).of(A)
  return 'missing' in target ? `${target.missing}: ${target.reason}` : 'there'
}

describe('DeliveryTargets', () => {
  it('lets words wait for an agent whose next process is under way', () => {
    const coming = 'away: A is not started yet'
    expect(missing({ process: { status: 'absent' } })).to.equal(coming)
    expect(missing({ process: { status: 'starting', since: 0 } })).to.equal(coming)
    expect(missing({ process: EXITED, restartAt: 5 })).to.equal(coming)
    expect(missing({ process: ALIVE, restartRequested: true })).to.equal(coming)
    expect(missing({ process: ALIVE })).to.equal('away: m cannot be reached now')
  })

  it('says at once that nobody will read them', () => {
    expect(missing({ process: EXITED })).to.equal('gone: A is not running')
    expect(missing({ process: { status: 'starting', since: 0 }, wanted: 'stopped' })).to.equal(
      'gone: A is not running',
    )
    expect(missing({ process: ALIVE, mode: 'headless' })).to.match(/^gone: A is headless/)
  })
})
