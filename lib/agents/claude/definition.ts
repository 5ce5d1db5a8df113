import { answerDialog } from '../../core/delivery/answer-dialog.js'
import { TUI_DELIVERY } from '../../core/delivery/profile.js'
import { claudeSegments } from './segments.js'
import type { AgentDefinition } from '../definition.js'
import { CLAUDE_RULES } from './rules.js'

export const claude: AgentDefinition = {
  behaviour: 'claude',
  title: 'claude',
  command: ['claude'],
  versionArgs: ['--version'],
  rules: CLAUDE_RULES,
  segment: claudeSegments,
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
