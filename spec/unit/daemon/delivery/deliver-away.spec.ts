import { expect } from 'chai'
import type { AgentId } from '../../../../lib/core/ids.js'
import { Deliverer } from '../../../../lib/daemon/delivery/deliverer.js'
import type { NoTarget } from '../../../../lib/daemon/delivery/delivery-target.js'

const A = 'A' as AgentId

/** Whose machine is away for the first `looks` looks; then the agent is gone. */
function delivererOf(looks: number, now: () => number = () => 0) {
  let looked = 0
  const target = (): NoTarget =>
    looked++ < looks
      ? { missing: 'away', reason: 'm cannot be reached now' }
      : { missing: 'gone', reason: 'A is not running' }
  const unused = {} as never
  return new Deliverer({
    observer: unused,
    keyboard: unused,
    now,
    targets: { of: target },
    facts: { get: () => null, set: () => {} },
    loop: { settled: () => null },
  })
}

describe('a message for an agent whose machine is away', () => {
  const job = { operation: 'o', text: 'hello', readyTimeoutMs: 60_000 }

  it('waits in its place until the machine is back', async () => {
    const settled = await delivererOf(3).deliver(A, { ...job, onLoss: 'waits' })
    expect(settled).to.deep.equal({ state: 'refused', reason: 'A is not running' })
  })

  it('is refused when it became too late', async () => {
    let now = 0
    const settled = await delivererOf(1000, () => (now += 20_000)).deliver(A, { ...job, onLoss: 'waits' })
    expect(settled).to.deep.equal({ state: 'refused', reason: 'm cannot be reached now' })
  })
})
