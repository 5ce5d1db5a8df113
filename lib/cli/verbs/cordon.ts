import { cordonVerb } from '../cordon-verb.js'
import type { Verb } from '../verb.js'
import { need } from '../verb-arguments.js'

export const cordon: Verb = {
  name: 'cordon',
  permission: 'agents:send',
  describe: 'give an agent or a machine no new work; what it works on goes on',
  positionals: [need('id', 'an agent or a machine; agent:ID or machine:ID where both are called so')],
  options: {},
  example: 'orchestra cordon mugen',
  run: cordonVerb('cordon'),
}
