import { postVerb } from '../post-verb.js'
import type { Verb } from '../verb.js'
import { TASK } from '../verb-arguments.js'

export const unblock: Verb = {
  name: 'unblock',
  permission: 'tasks:write',
  describe: 'let a task go on that a person or an attempt reported as blocked',
  positionals: [TASK],
  options: {},
  example: 'orchestra unblock pg',
  run: postVerb(
    (id) => `/v1/tasks/${id}/unblock`,
    (id) => `${id}: unblocked`,
  ),
}
