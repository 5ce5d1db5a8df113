/** Claude Code, Anthropic. */
import { answerSegment } from '../answer-segment.js'
import { KEY, TUI_DELIVERY } from '../../core/delivery/profile.js'
import type { AgentDefinition } from '../definition.js'
import { claudeHeadless } from './headless.js'
import { claudeHook, launchClaude } from './launch.js'
import { CLAUDE_RULES } from './rules.js'
import { claudeSegments } from './segments.js'

export const claude: AgentDefinition = {
  behaviour: 'claude',
  title: 'Claude Code',
  command: ['claude'],
  ownKeys: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'],
  version: { args: ['--version'], name: 'claude', oldest: '2.0.37' },
  rules: CLAUDE_RULES,
  segment: claudeSegments,
  byActivity: false,
  delivery: {
    ...TUI_DELIVERY,
    composer: {
      sign: '[❯>!#]',
      placeholders: [
        'Try ".*"',
        'Press up to edit queued messages',
        'Resend your message to try again',
        'Once fixed, resend your message',
        'Type your message.*',
      ],
      folds: '\\[(?:Pasted text|Image) #\\d+[^\\]]*\\]',
    },
    whileWorking: 'queues',
    clear: Array.from({ length: 12 }, () => KEY.clearLine),
  },
  taskInput: 'prompt',
  launch: launchClaude,
  hookState: claudeHook,
  headless: claudeHeadless,
  answer: answerSegment(claudeSegments),
}
