import { loadRules } from '../../config/load-rules.js'
import { homePaths } from '../../home/paths.js'
import { lookAround } from '../../look/look-around.js'
import { configuredHosts } from '../../ssh/ssh-config-reader.js'
import { look as drawn } from '../look.js'
import { renderLook } from '../render/look.js'
import type { Verb } from '../verb.js'

/** Before that a person has looked elsewhere. */
const LIMIT_MS = 5000
/** Node and what is read before it count, too. */
const START_MS = 350

export const look: Verb = {
  name: 'look',
  permission: null,
  describe:
    'agents in any tmux of this machine and of the hosts of ~/.ssh/config: state, question, age; needs nothing, changes nothing',
  notOverApi: 'looks from this machine, without a daemon',
  positionals: [
    {
      name: 'host',
      required: false,
      variadic: true,
      describe: 'an ssh destination, or local; without one, all',
    },
  ],
  options: {},
  example: 'orchestra look',
  run: async (c) => {
    const named = c.positionals
    const { overrides } = await loadRules(homePaths(c.env).config)
    const doc = await lookAround({
      here: named.length === 0 || named.includes('local'),
      hosts:
        named.length === 0
          ? configuredHosts(c.env).hosts.map(({ name }) => name)
          : [...new Set(named)].filter((host) => host !== 'local'),
      env: c.env,
      rules: overrides,
      limitMs: LIMIT_MS - START_MS,
    })
    c.out(c.json ? `${JSON.stringify(doc)}\n` : renderLook(doc, { ...drawn(c), now: Date.now() }))
    return 0
  },
}
