import { postVerb } from '../post-verb.js'
import type { Verb } from '../verb.js'
import { TASK } from '../verb-arguments.js'

export const retry: Verb = {
  name: 'retry',
  permission: 'tasks:write',
  describe: 'try a task again that failed, is blocked or cancelled',
  positionals: [TASK],
  options: {},
  example: 'orchestra retry Task-2',
  run: postVerb(
    (id) => `/v1/tasks/${id}/retry`,
    (id) => `${id}: will be tried again`,
  ),
}
