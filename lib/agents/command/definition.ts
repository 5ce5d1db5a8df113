/** Any program that takes its tasks as lines on standard input: \`TASK <id> <path of task.json>\`. */
import { LINE_DELIVERY } from '../../core/delivery/profile.js'
import type { AgentDefinition } from '../definition.js'
import { headlessStream } from '../headless-stream.js'
import { answerAny } from './answer.js'
import { DIALOG_RULES } from './rules.js'
import { dialogSegments } from './segments.js'

export const command: AgentDefinition = {
  behaviour: 'command',
  title: 'Command',
  command: [],
  ownKeys: [],
  version: null,
  rules: { type: 'command', pinned: [], rules: DIALOG_RULES },
  segment: dialogSegments,
  byActivity: true,
  delivery: LINE_DELIVERY,
  taskInput: 'line',
  launch: ({ command: argv }) => ({ argv, env: {}, files: [], session: null }),
  hookState: () => null,
  // Its prompt on standard input, its last lines and its exit status are the result.
  headless: {
    argv: ({ command: argv }) => argv,
    env: {},
    stream: () => headlessStream({ read: () => [], finishes: false }),
  },
  answer: answerAny,
}
