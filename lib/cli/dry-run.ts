import { formatProblem } from '../core/layout/problem.js'
import { formatDuration } from '../core/time.js'
import { dryRun as simulate } from '../simulate/dry-run.js'
import { snakeKeys } from './render/snake-keys.js'
import type { VerbContext } from './verb.js'
import { loadNamed } from './load-named.js'

/** Waves, critical path and expected makespan against the lower bound. Runs nothing. */
export async function dryRun(c: VerbContext): Promise<number> {
  const { layout, warnings } = await loadNamed(c, c.positionals[0])
  const plan = simulate(layout)
  for (const warning of warnings) c.err(`${formatProblem(warning)}\n`)
  if (c.json) {
    c.out(`${JSON.stringify(snakeKeys({ ...plan, warnings }))}\n`)
    return 0
  }
  plan.waves.forEach((wave, i) => c.out(`wave ${String(i + 1).padStart(2)}  ${wave.join(' ')}\n`))
  const { criticalPath: path, expectedMakespanMs, lowerBoundMs } = plan
  c.out(`critical path  ${path.ids.join(c.ascii ? ' -> ' : ' → ')}  (${formatDuration(path.lengthMs)})\n`)
  c.out(`expected       ${formatDuration(expectedMakespanMs)}, lower bound ${formatDuration(lowerBoundMs)}\n`)
  return 0
}
