/** Gemini CLI, Google. */
import { answerSegment } from '../answer-segment.js'
import { KEY, TUI_DELIVERY } from '../../core/delivery/profile.js'
import type { AgentDefinition } from '../definition.js'
import { geminiHeadless } from './headless.js'
import { launchGemini } from './launch.js'
import { GEMINI_RULES } from './rules.js'
import { geminiSegments } from './segments.js'

export const gemini: AgentDefinition = {
  behaviour: 'gemini',
  title: 'Gemini CLI',
  command: ['gemini'],
  ownKeys: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  version: { args: ['--version'], name: 'gemini', oldest: '0.40.0' },
  rules: GEMINI_RULES,
  segment: geminiSegments,
  byActivity: false,
  delivery: {
    ...TUI_DELIVERY,
    enterMs: 250,
    composer: {
      sign: '[>!*]',
      placeholders: ['Type your message or @path/to/file', 'Type your message.*', 'Press .Esc. for .*'],
      folds: '\\[Pasted Text: \\d+ (?:lines|chars)[^\\]]*\\]',
    },
    whileWorking: 'queues',
    clear: Array.from({ length: 12 }, () => KEY.clearLine),
  },
  taskInput: 'prompt',
  launch: launchGemini,
  hookState: () => null,
  headless: geminiHeadless,
  answer: answerSegment(geminiSegments),
}
