/** The monitor as the verb runs it, at a fixed time of day: `tsx monitor-program.ts SOCKET NOW [VIEW] [ascii]`. */
import { ApiClient } from '../../../lib/api/client.js'
import { apiSource } from '../../../lib/tui/api-source.js'
import { runMonitor } from '../../../lib/tui/monitor.js'
import { openBlessedTerminal } from '../../../lib/tui/screen/blessed-terminal.js'
import { colorModeOf } from '../../../lib/tui/screen/palette.js'
import { VIEW_NAMES } from '../../../lib/core/layout/view-names.js'

const [socket = '', now = '0', view = 'monitor', ascii] = process.argv.slice(2)
await runMonitor({
  source: apiSource(() => Promise.resolve(new ApiClient(socket))),
  open: (listener) => openBlessedTerminal(process.stdin, process.stdout, listener),
  view: VIEW_NAMES.find((name) => name === view) ?? 'monitor',
  ascii: ascii === 'ascii',
  color: colorModeOf(process.env, true),
  attach: (agent) => Promise.resolve(`attached to ${agent}`),
  now: () => Number(now),
  offsetMin: 540,
})
process.exit(0)
