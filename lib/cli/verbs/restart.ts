import { postVerb } from '../post-verb.js'
import type { Verb } from '../verb.js'
import { AGENT } from '../verb-arguments.js'

export const restart: Verb = {
  name: 'restart',
  permission: 'agents:restart',
  describe: 'stop an agent and start it again',
  positionals: [AGENT],
  options: {},
  example: 'orchestra restart CG-1',
  run: postVerb(
    (id) => `/v1/agents/${id}/restart`,
    (id) => `${id}: restarting`,
  ),
}
