import type { Layout } from '../../../lib/core/layout/model.js'
import { layoutOf, type TaskInit } from '../../../lib/simulate/layout-of.js'

const PLAN = 6000
const BUILD = 12_000

/** Fifteen tasks for two planners and three builders: a plan, three rounds of building with reviews, a release. */
export function level6Layout(): Layout {
  const plan = (needs: string[]): TaskInit => ({ role: 'planning', estimateMs: PLAN, needs })
  const build = (needs: string[]): TaskInit => ({ role: 'implement', estimateMs: BUILD, needs })
  return layoutOf({
    machines: { macbook: {}, mugen: { kind: 'ssh' }, majin: { kind: 'ssh' } },
    agents: {
      'CCG-1': { role: 'planning', machine: 'mugen' },
      'CCG-2': { role: 'planning', machine: 'majin' },
      'CG-1': { role: 'implement', machine: 'mugen', behaviour: 'codex' },
      'CG-2': { role: 'implement', machine: 'majin', behaviour: 'codex' },
      'CG-3': { role: 'implement', machine: 'macbook', behaviour: 'codex' },
    },
    tasks: {
      'Task-1': plan([]),
      'Task-2': build(['Task-1']),
      'Task-3': build(['Task-1']),
      'Task-4': build(['Task-1']),
      'Task-5': plan(['Task-2', 'Task-3']),
      'Task-6': plan(['Task-3', 'Task-4']),
      'Task-7': build(['Task-5']),
      'Task-8': build(['Task-6']),
      'Task-9': build(['Task-5', 'Task-6']),
      'Task-10': plan(['Task-7', 'Task-8']),
      'Task-11': plan(['Task-9']),
      'Task-12': build(['Task-10', 'Task-11']),
      'Task-13': build(['Task-11']),
      'Task-14': build(['Task-12', 'Task-13']),
      'Task-15': plan(['Task-14']),
    },
  })
}
