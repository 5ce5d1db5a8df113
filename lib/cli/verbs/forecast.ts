import { forecastLines } from '../../core/view/forecast-lines.js'
import { forecastOf } from '../forecast-of.js'
import { isStored } from '../is-stored.js'
import { look } from '../look.js'
import { offsetOf } from '../render/options.js'
import { paintAll } from '../render/paint.js'
import type { Verb } from '../verb.js'
import { flag, LAYOUT, text } from '../verb-arguments.js'

export const forecast: Verb = {
  name: 'forecast',
  permission: 'status:read',
  describe: 'when it ends, which milestones are late and by how much, what would help',
  positionals: [LAYOUT],
  options: {
    at: text('as if it were then: 2026-12-01, 2026-12-01T18:00'),
    'exit-code': flag('exit 1 if a milestone is at risk or late, 3 if no daemon runs'),
  },
  example: 'orchestra forecast level6 --at 2026-12-01',
  run: async (c) => {
    const doc = await forecastOf(c, c.option('at'))
    const now = Date.now()
    const theme = { ...look(c), now, offsetMin: offsetOf({ now }) }
    c.out(c.json ? `${JSON.stringify(doc)}\n` : paintAll(forecastLines(doc, c.cols, theme), c.color))
    const isInDanger = doc.milestones.some(({ state }) => state === 'at_risk' || state === 'late')
    if (!c.flag('exit-code')) return 0
    return isStored(doc) ? 3 : isInDanger ? 1 : 0
  },
}
