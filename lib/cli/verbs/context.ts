import { isStored } from '../is-stored.js'
import { snakeKeys } from '../render/snake-keys.js'
import type { Verb } from '../verb.js'
import { TASK } from '../verb-arguments.js'

export const context: Verb = {
  name: 'context',
  permission: 'context:read',
  describe: 'everything that a fresh agent is given for a task',
  positionals: [TASK],
  options: {},
  example: 'orchestra context Task-2',
  run: async (c) => {
    const id = encodeURIComponent(c.positionals[0] ?? '')
    const context = await (
      await c.connect()
    ).get<{ markdown: string; data: object }>(`/v1/tasks/${id}/context`)
    const data = isStored(context) ? { ...context.data, daemon: null } : context.data
    c.out(c.json ? `${JSON.stringify(snakeKeys(data))}\n` : context.markdown)
    return 0
  },
}
