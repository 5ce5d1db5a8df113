import { postVerb } from '../post-verb.js'
import type { Verb } from '../verb.js'

export const pause: Verb = {
  name: 'pause',
  permission: 'run:write',
  describe: 'start no new work; what runs goes on',
  positionals: [],
  options: {},
  example: 'orchestra pause',
  run: postVerb(
    () => '/v1/pause',
    () => 'paused: no new work starts; what runs goes on',
  ),
}
