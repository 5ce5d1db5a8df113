import { answerQuestion } from '../answer-question.js'
import type { Verb } from '../verb.js'
import { flag, need, text } from '../verb-arguments.js'

export const approve: Verb = {
  name: 'approve',
  permission: 'answers:write',
  describe: 'say yes to the permission prompt shown, or to a gate',
  positionals: [need('id', 'an agent or a gate')],
  options: {
    'prompt-id': text('only if exactly this question is asked; `status` prints it'),
    yes: flag('whatever is asked now, without asking', 'y'),
    criterion: text('only this question of a gate, by its number'),
    reason: text('why, for the journal and the report (gates)'),
  },
  example: 'orchestra approve CG-1',
  run: answerQuestion('approve'),
}
