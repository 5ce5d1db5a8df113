import { postVerb } from '../post-verb.js'
import type { Verb } from '../verb.js'
import { AGENT } from '../verb-arguments.js'

export const stop: Verb = {
  name: 'stop',
  permission: 'agents:restart',
  describe: 'stop an agent',
  positionals: [AGENT],
  options: {},
  example: 'orchestra stop CG-1',
  run: postVerb(
    (id) => `/v1/agents/${id}/stop`,
    (id) => `${id}: stopping`,
  ),
}
