import { VIEW_NAMES } from '../../core/layout/view-names.js'
import type { Verb } from '../verb.js'

export const monitor: Verb = {
  name: 'monitor',
  permission: 'status:read',
  describe: 'the dashboard',
  startsNoDaemon: true,
  positionals: [],
  options: {
    view: {
      type: 'string',
      describe: 'what to show',
      choices: VIEW_NAMES,
    },
  },
  example: 'orchestra monitor',
  run: async (c) => (await import('../../tui/main.js')).monitorVerb(c),
}
