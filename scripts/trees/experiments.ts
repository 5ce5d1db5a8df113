/**
 * Experiments with worktrees that are whole runs, or too long for the specs: `npx tsx scripts/trees/experiments.ts [--only 2,9]`. What is
 * expected and what was seen stands in docs/design/worktree-experiments.md. Ends with 1 when something is not as it has to be.
 */
import { parseArgs } from 'node:util'
import { eightBranches } from './experiments/eight-branches.js'
import { linkCut } from './experiments/link-cut.js'
import { manySlots } from './experiments/many-slots.js'
import { names } from './experiments/names.js'
import { races } from './experiments/races.js'
import { secondUse } from './experiments/second-use.js'
import { squashCleanUp } from './experiments/squash-clean-up.js'

const ALL = [secondUse, races, eightBranches, squashCleanUp, linkCut, names, manySlots]

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } })
const only = values.only.split(',').filter(Boolean).map(Number)
for (const { number, what, run } of ALL) {
  if (only.length > 0 && !only.includes(number)) continue
  const since = performance.now()
  const { figures, problems } = await run()
  const seconds = Math.round((performance.now() - since) / 1000)
  console.log(`${number}. ${what} (${seconds} s)\n   ${figures}`)
  for (const problem of problems) console.log(`   WRONG: ${problem}`)
  if (problems.length > 0) process.exitCode = 1
}
process.exit()
