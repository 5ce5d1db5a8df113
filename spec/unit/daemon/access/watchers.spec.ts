/** Who has a stream open is asked again when, and only when, something has changed that it depends on. */
import { expect } from 'chai'
import type { Principal } from '../../../../lib/core/principal.js'
import { Access } from '../../../../lib/daemon/access/access.js'
import { eventually } from '../../../support/eventually.js'
import { withKernel, type KernelRig } from '../../../support/kernel-rig.js'
import { PERSON } from '../../../support/principals.js'
import { layoutOf } from '../../../../lib/simulate/layout-of.js'

const TOKEN: Principal = { kind: 'token', id: 'phone', via: 'tcp' }
const AGENT: Principal = { kind: 'agent', id: 'A', via: 'socket' }

function watched(kernel: KernelRig) {
  const access = new Access(kernel)
  kernel.followers.push(access)
  const token = access.tokens.add({ name: 'phone', kind: 'token', role: 'viewer', expiresAt: null, by: 'x' })
  const asked = { token: 0, agent: 0 }
  const stops = [access.watch(TOKEN, () => (asked.token += 1)), access.watch(AGENT, () => (asked.agent += 1))]
  return { access, token, asked, stop: () => stops.forEach((stop) => stop()) }
}

describe('streams that are open', () => {
  it('are asked again at once when a token is revoked, and not any more once they are closed', () =>
    withKernel(async (kernel) => {
      const { access, token, asked, stop } = watched(kernel)
      expect(access.identify({ via: 'tcp', token, inside: null })).to.deep.equal(TOKEN)
      access.tokens.revoke('phone')
      expect(asked.token).to.equal(1)
      expect(access.identify({ via: 'tcp', token, inside: null })).to.equal(null)
      stop()
      access.tokens.add({ name: 'phone', kind: 'token', role: 'admin', expiresAt: null, by: 'x' })
      expect(asked.token).to.equal(1)
      // The token of before is not known by the name of the new one.
      expect(access.identify({ via: 'tcp', token, inside: null })).to.equal(null)
    }))

  it('are asked again when a layout is applied; those of agents after each event of the run', () =>
    withKernel(async (kernel) => {
      const { asked } = watched(kernel)
      kernel.dispatch({ type: 'noted', at: kernel.at, subject: 's', text: 't' })
      await eventually(() => expect(asked).to.deep.equal({ token: 0, agent: 1 }))
      kernel.dispatch({ type: 'layout.applied', at: kernel.at, layout: layoutOf({ agents: {}, tasks: {} }), revive: true, by: PERSON }) // prettier-ignore
      expect(asked).to.deep.equal({ token: 1, agent: 2 })
    }))

  it('are asked again when a token expires', () =>
    withKernel(async (kernel) => {
      const { access } = watched(kernel)
      let asked = 0
      access.tokens.add({ name: 'short', kind: 'token', role: 'viewer', expiresAt: kernel.at + 50, by: 'x' })
      access.watch({ kind: 'token', id: 'short', via: 'tcp' }, () => (asked += 1))
      kernel.at += 50
      await eventually(() => expect(asked).to.be.greaterThan(0))
    }))

  it('are of nobody who only says that it is an agent, but on the socket', () =>
    withKernel(async (kernel) => {
      const { access } = watched(kernel)
      expect(access.identify({ via: 'tcp', token: null, inside: 'A' })).to.equal(null)
      expect(access.identify({ via: 'socket', token: null, inside: 'A' })).to.include({ kind: 'agent' })
    }))

  it('note no denial, and no use of the token, by being asked again', () =>
    withKernel(async (kernel) => {
      const { access, token } = watched(kernel)
      expect(access.identify({ via: 'tcp', token: 'orc_wrong', inside: null })).to.equal(null)
      access.identify({ via: 'tcp', token, inside: null })
      expect(kernel.events).to.deep.equal([])
      expect(access.tokens.lastUse('phone')).to.equal(null)
      expect(() => access.authenticate({ via: 'tcp', token: 'orc_wrong', inside: null })).to.throw('wrong')
      expect(kernel.events.map(({ type }) => type)).to.deep.equal(['access.denied'])
      access.authenticate({ via: 'tcp', token, inside: null })
      expect(access.tokens.lastUse('phone')).to.deep.equal({ at: kernel.at, via: 'tcp' })
    }))
})
