import type { Description } from '../../core/describe/describe.js'
import { renderDescription } from '../render/description.js'
import { snakeKeys } from '../render/snake-keys.js'
import type { Verb } from '../verb.js'
import { need } from '../verb-arguments.js'

export const describe: Verb = {
  name: 'describe',
  permission: 'context:read',
  describe: 'all that is known of an agent, a task, a gate, a machine or a role',
  positionals: [need('id', 'its id; role:NAME, machine:NAME, … where several are called so')],
  options: {},
  example: 'orchestra describe CG-1',
  run: async (c) => {
    const id = encodeURIComponent(c.positionals[0] ?? '')
    const found = snakeKeys(await (await c.connect()).get<Description>(`/v1/describe/${id}`))
    c.out(c.json ? `${JSON.stringify(found)}\n` : renderDescription(found))
    return 0
  },
}
