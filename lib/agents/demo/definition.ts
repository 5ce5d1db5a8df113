/** The agent without a model: `host/demo-agent.sh`, which the launcher places beside `orchestra-report`. */
import { answerSegment } from '../answer-segment.js'
import { KEY, TUI_DELIVERY } from '../../core/delivery/profile.js'
import type { AgentDefinition } from '../definition.js'
import { DEMO_RULES } from './rules.js'
import { demoSegments } from './segments.js'

const answerDemo = answerSegment(demoSegments)
const NO = '32'

export const demo: AgentDefinition = {
  behaviour: 'demo',
  title: 'Demo',
  command: ['demo-agent.sh'],
  ownKeys: [],
  version: null,
  rules: DEMO_RULES,
  segment: demoSegments,
  byActivity: false,
  delivery: {
    ...TUI_DELIVERY,
    composer: { sign: '❯', placeholders: [], folds: '(?!)' },
    readyMs: 0,
    enterMs: 0,
    enterMsPerKb: 0,
    swallowedMs: 1000,
    confirmMs: 5000,
    whileWorking: 'queues',
    fileAbove: 3000,
    clear: null,
    interrupt: [KEY.interrupt],
  },
  taskInput: 'prompt',
  launch: ({ command }) => ({ argv: command, env: {}, files: [], session: null }),
  hookState: () => null,
  headless: null,
  answer: (rows, answer) => {
    const step = answerDemo(rows, answer)
    // Its dialog knows no arrows: Escape, with which they begin, is a no. It takes the number of the answer.
    return step.type === 'move' && answer === 'deny' ? { type: 'confirm', keys: [NO], option: 'No' } : step
  },
}
