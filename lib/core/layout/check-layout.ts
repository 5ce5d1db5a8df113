/** What the shape of a layout cannot say: references, cycles, names that clash, work that nobody can do. */
import { checkPhases } from '../phases/check-phases.js'
import { checkApi } from './check-api.js'
import { checkAgents } from './check-agents.js'
import { checkGithub } from './check-github.js'
import { checkEscalation } from './check-escalation.js'
import { checkGates, checkPeople } from './check-gates.js'
import { checkMachines } from './check-machines.js'
import { checkTasks } from './check-tasks.js'
import { checkMerges } from './check-merges.js'
import { checkTrees } from './check-trees.js'
import { checkWindows } from './check-windows.js'
import { checkStatusCommits } from './check-status-commits.js'
import type { Layout } from './model.js'
import type { Report } from './report.js'
import { sharedOutputs } from './shared-outputs.js'

/** Pure; says everything it finds to `report`, in no particular order. Works on incomplete layouts too. */
export function checkLayout(layout: Layout, report: Report): void {
  checkMachines(layout, report)
  checkAgents(layout, report)
  checkWindows(layout, report)
  checkTasks(layout, report)
  checkTrees(layout, report)
  checkMerges(layout, report)
  checkGates(layout, report)
  checkPeople(layout, report)
  checkEscalation(layout, report)
  checkPhases(layout, report)
  checkStatusCommits(layout, report)
  checkApi(layout.api, report)
  checkGithub(layout, report)
  sharedOutputs(layout, report)
  const { quiet } = layout.notify
  if (quiet !== null && quiet.from === quiet.to) {
    report(['notify', 'quiet'], 'the span of time is empty: both ends are the same')
  }
}
