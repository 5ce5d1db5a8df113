/** An agent takes on what it was told of, without the permission for more. */
import { expect } from 'chai'
import type { EscalationRecord } from '../../../../lib/core/escalation/records.js'
import type { Principal } from '../../../../lib/core/principal.js'
import { Access } from '../../../../lib/daemon/access/access.js'
import { ack } from '../../../../lib/daemon/requests/ack.js'
import { context } from '../../../../lib/daemon/requests/context.js'
import { withKernel } from '../../../support/kernel-rig.js'

describe('an escalation that an agent was told of', () => {
  it('is its own to take on, and nobody else may who has not tasks:write', () =>
    withKernel((kernel) => {
      const access = new Access(kernel)
      const one = { id: 'E-1', deliveries: [{ to: 'agent:A' }] } as unknown as EscalationRecord
      kernel.loop.state.escalations.set('cause', one)
      const may = (id: string, escalation: string, kind: 'agent' | 'attempt' | 'token' = 'agent') => {
        const by = { kind, id, via: 'socket' } as Principal
        return access.refusal(by, ack, { id: escalation }, new URLSearchParams()) === null
      }
      expect(may('A', 'E-1')).to.equal(true)
      expect(may('B', 'E-1')).to.equal(false)
      expect(may('A', 'E-2')).to.equal(false)
      expect(may('A', 'E-1', 'token')).to.equal(false)
      // A task of the same name stays what it is.
      const by: Principal = { kind: 'agent', id: 'A', via: 'socket' }
      expect(access.refusal(by, context, { id: 'E-1' }, new URLSearchParams())).to.not.equal(null)
      return Promise.resolve()
    }))
})
