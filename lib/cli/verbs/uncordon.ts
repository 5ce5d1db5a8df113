import { cordonVerb } from '../cordon-verb.js'
import type { Verb } from '../verb.js'
import { need } from '../verb-arguments.js'

export const uncordon: Verb = {
  name: 'uncordon',
  permission: 'agents:send',
  describe: 'give a cordoned agent or machine work again',
  positionals: [need('id', 'an agent or a machine; agent:ID or machine:ID where both are called so')],
  options: {},
  example: 'orchestra uncordon mugen',
  run: cordonVerb('uncordon'),
}
