import type { RetryRequest } from '../../core/protocol/api.js'
import type { Verb } from '../verb.js'
import { flag, TASK } from '../verb-arguments.js'

export const retry: Verb = {
  name: 'retry',
  permission: 'tasks:write',
  describe: 'try a task again that failed, is blocked or cancelled',
  positionals: [TASK],
  options: {
    'with-dependents': flag(
      'also what is COMPLETED, and all that needs it; gates in between are asked again',
    ),
  },
  example: 'orchestra retry Task-2',
  run: async (c) => {
    const [id = ''] = c.positionals
    const isWhole = c.flag('with-dependents')
    const body: RetryRequest | object = isWhole ? { with_dependents: true } : {}
    await (await c.connect()).post(`/v1/tasks/${encodeURIComponent(id)}/retry`, body)
    const said = `${id}${isWhole ? ' and all that needs it' : ''}: will be tried again`
    c.out(c.json ? `${JSON.stringify({ ok: true })}\n` : `${said}\n`)
    return 0
  },
}
