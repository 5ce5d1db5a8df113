import { postVerb } from '../post-verb.js'
import type { Verb } from '../verb.js'

export const resume: Verb = {
  name: 'resume',
  permission: 'run:write',
  describe: 'go on after a pause',
  positionals: [],
  options: {},
  example: 'orchestra resume',
  run: postVerb(
    () => '/v1/resume',
    () => 'resumed',
  ),
}
