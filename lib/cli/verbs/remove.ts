import { editLayout } from '../edit-layout.js'
import { snakeKeys } from '../render/snake-keys.js'
import type { Verb } from '../verb.js'
import { AGENT, YES } from '../verb-arguments.js'

export const remove: Verb = {
  name: 'remove',
  permission: 'agents:send',
  describe:
    'take an agent out of the session and of its layout file; it ends, an adopted one is only forgotten',
  positionals: [AGENT],
  options: { yes: YES },
  example: 'orchestra remove claude-1',
  run: async (c) => {
    const answer = await editLayout(c, { remove: c.positionals[0] ?? '' })
    if (c.json) c.out(`${JSON.stringify(snakeKeys(answer))}\n`)
    else c.out(`${answer.agents.join(', ')} removed from ${answer.layout}\n`)
    return 0
  },
}
