/** Codex, OpenAI. */
import { answerSegment } from '../answer-segment.js'
import { KEY, TUI_DELIVERY } from '../../core/delivery/profile.js'
import type { AgentDefinition } from '../definition.js'
import { codexHeadless } from './headless.js'
import { codexHook } from './hooks.js'
import { launchCodex } from './launch.js'
import { CODEX_RULES } from './rules.js'
import { codexSegments } from './segments.js'

export const codex: AgentDefinition = {
  behaviour: 'codex',
  title: 'Codex',
  command: ['codex'],
  ownKeys: ['OPENAI_API_KEY', 'CODEX_API_KEY'],
  version: { args: ['--version'], name: 'codex', oldest: '0.117.0' },
  rules: CODEX_RULES,
  segment: codexSegments,
  byActivity: false,
  delivery: {
    ...TUI_DELIVERY,
    composer: {
      sign: '›',
      placeholders: [
        'Ask Codex to do anything',
        'Explain this codebase',
        'Summarize recent commits',
        'Implement \\{feature\\}',
        'Find and fix a bug in @filename',
        'Write tests for @filename',
        'Improve documentation in @filename',
        'Run /review on my current changes',
        'Use /skills to list available skills',
      ],
      folds: '\\[Pasted Content \\d+ chars\\]',
    },
    // Enter cuts the running answer and starts anew; Tab would queue.
    whileWorking: 'steers',
    clear: Array.from({ length: 12 }, () => KEY.clearLine),
  },
  taskInput: 'prompt',
  launch: launchCodex,
  hookState: codexHook,
  headless: codexHeadless,
  answer: answerSegment(codexSegments),
}
