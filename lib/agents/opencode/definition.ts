/** opencode. The selected answer of its questions shows only in its colours. */
import { answerOpencode } from './answer.js'
import { KEY, TUI_DELIVERY } from '../../core/delivery/profile.js'
import { claude } from '../claude/definition.js'
import { codex } from '../codex/definition.js'
import { gemini } from '../gemini/definition.js'
import type { AgentDefinition } from '../definition.js'
import { opencodeHeadless } from './headless.js'
import { opencodeHook } from './hooks.js'
import { launchOpencode } from './launch.js'
import { OPENCODE_RULES } from './rules.js'
import { opencodeSegments } from './segments.js'

export const opencode: AgentDefinition = {
  behaviour: 'opencode',
  title: 'opencode',
  command: ['opencode'],
  // Takes whichever provider it finds a key of.
  ownKeys: [...claude.ownKeys, ...codex.ownKeys, ...gemini.ownKeys, 'OPENROUTER_API_KEY', 'OPENCODE_API_KEY'],
  version: { args: ['--version'], name: 'opencode', oldest: '1.1.16' },
  rules: OPENCODE_RULES,
  segment: opencodeSegments,
  byActivity: false,
  delivery: {
    ...TUI_DELIVERY,
    composer: {
      sign: '(?!)',
      placeholders: ['Ask anything… ?".*', 'Ask anything.*', 'Run a command….*'],
      folds: '\\[Pasted ~?\\d+ lines[^\\]]*\\]',
    },
    whileWorking: 'queues',
    clear: Array.from({ length: 12 }, () => KEY.clearLine),
    interrupt: [KEY.escape, KEY.escape],
  },
  taskInput: 'prompt',
  launch: launchOpencode,
  hookState: opencodeHook,
  headless: opencodeHeadless,
  answer: answerOpencode,
}
