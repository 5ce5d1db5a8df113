import type { MachineId } from '../ids.js'
import type { TaskSpec } from '../layout/model.js'
import { workDirectory } from '../layout/work-directory.js'
import { runningSpec } from './running-spec.js'
import type { AgentRecord, RunState } from './state.js'

/** The same in a worktree: its own `cwd` starts there. */
export function treeDirectory(path: string, cwd: string | null): string {
  const below = cwd?.replace(/^(?:\.\/+)+/, '') ?? '.'
  return below === '.' || below === '' ? path : `${path}/${below}`
}

/** Where a task's work is done: its own `cwd`, else that of its agent as it runs, else that of the machine; null: HOME. */
export function taskDirectory(
  { layout }: RunState,
  { cwd }: TaskSpec,
  machine: MachineId,
  agent: AgentRecord | undefined,
): string | null {
  if (agent === undefined) return workDirectory(layout, machine, cwd)
  const running = runningSpec(agent)
  // One that lives has its directory, HOME too; one that does not will get it.
  const own = running === agent.spec ? workDirectory(layout, machine, running.cwd) : running.cwd
  if (cwd === null || cwd === '.') return own
  return /^[/~]/.test(cwd) ? cwd : `${own ?? '~'}/${cwd}`
}
