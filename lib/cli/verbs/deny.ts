import { answerQuestion } from '../answer-question.js'
import type { Verb } from '../verb.js'
import { need, text } from '../verb-arguments.js'

export const deny: Verb = {
  name: 'deny',
  permission: 'answers:write',
  describe: 'say no to the permission prompt shown, or to a gate',
  positionals: [need('id', 'an agent or a gate')],
  options: {
    'prompt-id': text('only if exactly this question is asked; `status` prints it'),
    reason: text('why, for the journal and the report (gates)'),
  },
  example: 'orchestra deny CG-1',
  run: answerQuestion('deny'),
}
