import { existsSync } from 'node:fs'
import { daemonClient } from '../daemon/daemon-client.js'
import { formatProblem } from '../../core/layout/problem.js'
import type { PlanStep } from '../../core/protocol/api.js'
import { homePaths, leftFile } from '../../home/paths.js'
import { runningDaemon } from '../daemon/locate.js'
import { renderPlan } from '../render/plan.js'
import type { Verb } from '../verb.js'
import { coldPlan } from '../cold-plan.js'
import { loadNamed } from '../load-named.js'
import { LAYOUT } from '../verb-arguments.js'

/** Asks the running daemon what it would do; without one, says what a first `up` does. Runs nothing either way. */
export const plan: Verb = {
  name: 'plan',
  permission: 'run:write',
  describe: 'what `up` would create, start, respawn, leave, cancel and stop; runs nothing',
  notOverApi: "reads a layout of the daemon's machine",
  positionals: [LAYOUT],
  options: {},
  example: 'orchestra plan local',
  run: async (c) => {
    const { layout, path, warnings } = await loadNamed(c, c.positionals[0])
    const running = runningDaemon(homePaths(c.env), layout.session)
    const answer =
      running === null
        ? { steps: coldPlan(layout, c.env['HOME'] ?? null), warnings: warnings.map(formatProblem) }
        : await daemonClient(running).post<{ steps: readonly PlanStep[]; warnings: readonly string[] }>(
            '/v1/plan',
            { layout: path, cwd: c.cwd },
          )
    if (running === null && existsSync(leftFile(homePaths(c.env), layout.session)))
      c.err(
        `no daemon runs for ${layout.session}, but it ran here before: agents of it that live are left as they are, whatever stands here\n`,
      )
    for (const warning of answer.warnings) c.err(`${warning}\n`)
    c.out(c.json ? `${JSON.stringify(answer)}\n` : renderPlan(answer.steps))
    return 0
  },
}
