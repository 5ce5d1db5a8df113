import { fix } from '../../core/fixes.js'
import { OrchestraError } from '../../core/errors.js'
import { agentOf } from '../kernel/agent-of.js'
import { isComing } from '../delivery/delivery-target.js'
import { refuseAdopted } from './refuse-adopted.js'
import { OK, request } from './request.js'

/** `left`: what could not be ended; null: nothing is left. */
export const stop = request({
  method: 'POST',
  path: '/v1/agents/:id/stop',
  permission: 'agents:restart',
  about: 'agent',
  handle: async (daemon, { params: { id = '' }, by }) => {
    const { loop, clock } = daemon
    const agent = agentOf(daemon, id)
    refuseAdopted(agent, 'ends')
    const isOver = agent.process.status === 'exited' || agent.process.status === 'absent'
    if (isOver && !isComing(agent)) {
      throw new OrchestraError(`${id} is not running`, { kind: 'refused', hint: fix('agent.restart', id) })
    }
    const nothing = { ...OK, left: null }
    if (agent.wanted === 'stopped') return nothing
    const { id: stopped } = agent.spec
    loop.dispatch({ type: 'agent.stop_requested', at: clock.now(), agent: stopped, by })
    const { agents, machines } = loop.state
    if (isOver || machines.get(agent.machine)?.state !== 'online') return nothing
    const isGone = () => agents.get(stopped)?.process.status === 'exited'
    return { ...OK, left: await daemon.parts.leftBehind.after(stopped, isGone) }
  },
})
