import { postVerb } from '../post-verb.js'
import type { Verb } from '../verb.js'
import { TASK } from '../verb-arguments.js'

export const cancel: Verb = {
  name: 'cancel',
  permission: 'tasks:delete',
  describe: 'cancel a task',
  positionals: [TASK],
  options: {},
  example: 'orchestra cancel Task-2',
  run: postVerb(
    (id) => `/v1/tasks/${id}/cancel`,
    (id) => `${id}: cancelled`,
  ),
}
