import { formatProblem } from '../../core/layout/problem.js'
import { plural } from '../../core/text/plural.js'
import type { Verb } from '../verb.js'
import { layoutOptions } from '../daemon/layout-options.js'
import { layoutPath } from '../layout-path.js'
import { LAYOUT } from '../verb-arguments.js'

const USAGE = 2

export const validate: Verb = {
  name: 'validate',
  permission: null,
  describe: 'check a layout: every problem at once, changes nothing',
  notOverApi: 'reads a layout of this machine and asks no daemon',
  positionals: [LAYOUT],
  options: {},
  example: 'orchestra validate layouts/level6.yaml',
  run: async (c) => {
    const path = layoutPath(c, c.positionals[0])
    const { loadLayout } = await import('../../config/load-layout.js')
    const loaded = await loadLayout(path, layoutOptions(c))
    const problems = loaded.ok ? loaded.warnings : loaded.problems
    if (c.json) {
      c.out(`${JSON.stringify({ ok: loaded.ok, file: path, problems })}\n`)
      return loaded.ok ? 0 : USAGE
    }
    for (const problem of problems) c.err(`${formatProblem(problem)}\n`)
    if (!loaded.ok) return USAGE
    const { layout } = loaded
    c.out(
      `${path} is valid: ${plural(layout.windows.length, 'window')}, ${plural(layout.agents.length, 'agent')} on ${plural(layout.machines.length, 'machine')}, ${plural(layout.tasks.length, 'task')}\n`,
    )
    return 0
  },
}
