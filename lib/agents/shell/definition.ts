/** A login shell of a person, watched but not understood: printing is working, silence quiet. */
import { command } from '../command/definition.js'
import type { AgentDefinition } from '../definition.js'

export const shell: AgentDefinition = {
  // Told its tasks and read like any program.
  ...command,
  behaviour: 'shell',
  title: 'Shell',
  command: ['sh', '-c', 'exec "${SHELL:-sh}" -l'],
  headless: null,
  rules: { ...command.rules, type: 'shell' },
}
