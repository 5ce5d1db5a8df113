import { answerDialog } from '../../core/delivery/answer-dialog.js'
import { TUI_DELIVERY } from '../../core/delivery/profile.js'
import { plainSegments } from '../../core/status/segment.js'
import type { AgentDefinition } from '../definition.js'
import { OPENCODE_RULES } from './rules.js'

export const opencode: AgentDefinition = {
  behaviour: 'opencode',
  title: 'opencode',
  command: ['opencode'],
  versionArgs: ['--version'],
  rules: OPENCODE_RULES,
  segment: plainSegments,
  byActivity: false,
  delivery: {
    ...TUI_DELIVERY,
    composer: { sign: '[❯›>]', placeholders: [], folds: '\\[Pasted' },
    whileWorking: 'queues',
    clear: null,
  },
  taskInput: 'prompt',
  launch: ({ command: argv }) => ({ argv, env: {}, files: [], session: null }),
  hookState: () => null,
  headless: null,
  answer: answerDialog,
}
