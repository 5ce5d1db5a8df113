/** opencode. The selected answer of its questions shows only in its colours. */
import { answerOpencode } from './answer.js'
import { KEY, TUI_DELIVERY } from '../../core/delivery/profile.js'
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
