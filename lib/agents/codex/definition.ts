import { answerDialog } from '../../core/delivery/answer-dialog.js'
import { TUI_DELIVERY } from '../../core/delivery/profile.js'
import { codexSegments } from './segments.js'
import type { AgentDefinition } from '../definition.js'
import { CODEX_RULES } from './rules.js'

export const codex: AgentDefinition = {
  behaviour: 'codex',
  title: 'codex',
  command: ['codex'],
  versionArgs: ['--version'],
  rules: CODEX_RULES,
  segment: codexSegments,
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
