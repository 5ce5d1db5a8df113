import { askedId } from '../../core/ids.js'
import type { OpenDocument } from '../../core/protocol/trees.js'
import { sshArgv } from '../../core/layout/ssh-argv.js'
import { workDirectory } from '../../core/layout/work-directory.js'
import { runningSpec } from '../../core/run/running-spec.js'
import type { AttemptRecord, RunState } from '../../core/run/state.js'
import { agentOf } from '../kernel/agent-of.js'
import { request } from './request.js'

/** Where an agent, or the last attempt of a task, works. */
export const open = request({
  method: 'GET',
  path: '/v1/open/:id',
  permission: 'status:read',
  handle: (daemon, { params: { id = '' } }): OpenDocument => {
    const { state } = daemon.loop
    const task = state.tasks.get(askedId(id))
    const last = task?.attempts.at(-1)
    const attempt = last === undefined ? undefined : state.attempts.get(last)
    const place =
      attempt === undefined
        ? placeOfAgent(state, agentOf(daemon, id))
        : { machine: attempt.machine, path: attempt.directory ?? '~' }
    const machine = state.machines.get(place.machine)?.spec
    return {
      machine: place.machine,
      path: place.path,
      ssh: machine === undefined ? null : sshArgv(machine, state),
    }
  },
})

function placeOfAgent(
  state: RunState,
  agent: ReturnType<typeof agentOf>,
): { machine: AttemptRecord['machine']; path: string } {
  const attempt = agent.attempt === null ? undefined : state.attempts.get(agent.attempt)
  const { machine } = agent
  const path =
    attempt?.directory ??
    runningSpec(agent).cwd ??
    workDirectory(state.layout, machine, agent.spec.cwd) ??
    '~'
  return { machine, path }
}
