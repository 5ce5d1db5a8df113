/** A login shell of a person, watched but not understood: printing is working, silence idle. */
import { answerDialog } from '../../core/delivery/answer-dialog.js'
import { LINE_DELIVERY } from '../../core/delivery/profile.js'
import { plainSegments } from '../../core/status/segment.js'
import type { AgentDefinition } from '../definition.js'

export const shell: AgentDefinition = {
  behaviour: 'shell',
  title: 'Shell',
  command: ['sh', '-c', 'exec "${SHELL:-sh}" -l'],
  versionArgs: null,
  rules: { type: 'shell', pinned: [], rules: [] },
  segment: plainSegments,
  byActivity: true,
  delivery: LINE_DELIVERY,
  taskInput: 'line',
  launch: ({ command: argv }) => ({ argv, env: {}, files: [], session: null }),
  hookState: () => null,
  headless: null,
  answer: answerDialog,
}
