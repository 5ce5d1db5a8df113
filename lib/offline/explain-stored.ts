import { agentState } from '../core/run/rows/selectors.js'
import { isoTime } from '../core/iso-time.js'
import { agentOf } from '../daemon/kernel/agent-of.js'
import { readingRequest } from '../daemon/requests/request.js'

/** What was known of an agent when somebody looked last. Its screen is with its machine. */
export const explainStored = readingRequest({
  method: 'GET',
  path: '/v1/agents/:id/explain',
  permission: 'screens:read',
  about: 'agent',
  handle: (run, { params: { id = '' } }) => {
    const agent = agentOf(run, id)
    const { observation, process } = agent
    const hasExited = process.status === 'exited'
    return {
      agent: id,
      type: agent.spec.type,
      machine: agent.machine,
      state: agentState(run.loop.state, agent),
      confidence: observation?.confidence ?? (hasExited ? 1 : 0),
      rule: observation?.rule ?? null,
      evidence: observation?.evidence ?? (hasExited ? 'exit' : process.status),
      text: hasExited ? process.reason : (observation?.text ?? null),
      observed_at: isoTime(observation?.at ?? null),
      process,
      attempt: agent.attempt,
      mode: agent.mode,
      screen: null,
      hook: null,
      lines: [],
    }
  },
})
