import { fix } from '../../core/fixes.js'
import { OrchestraError } from '../../core/errors.js'
import type { ScreenDocument } from '../../core/protocol/api.js'
import { safeLines } from '../../core/text/safe-lines.js'
import { safeText } from '../../core/text/safe-text.js'
import { agentOf } from '../kernel/agent-of.js'
import { hostOf } from '../machines/host-of.js'
import { request } from './request.js'

export const screen = request({
  method: 'GET',
  path: '/v1/agents/:id/screen',
  permission: 'screens:read',
  about: 'agent',
  handle: async (daemon, { params: { id = '' } }): Promise<ScreenDocument> => {
    const agent = agentOf(daemon, id)
    if (agent.process.status !== 'alive') {
      throw new OrchestraError(`${id} is not running`, { kind: 'refused', hint: fix('agent.restart', id) })
    }
    const host = hostOf(daemon.parts, agent.machine)
    const pane = host.paneOf(agent.spec.id, agent.generation, agent.process.pane)
    const capture = (await host.capture([pane], {})).get(pane)
    if (capture === undefined) {
      throw new OrchestraError(`${id} has no screen now`, { kind: 'refused', hint: 'Ask again in a moment.' })
    }
    return {
      agent: id,
      at: new Date(daemon.clock.now()).toISOString(),
      cols: capture.cols,
      rows: capture.rows,
      title: safeText(capture.title),
      lines: safeLines(capture.text).split('\n'),
    }
  },
})
