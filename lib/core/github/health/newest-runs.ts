/** How each workflow stands, from the list of runs of a branch. */
import type { JobFacts, RunFacts, StepFacts } from '../model.js'

export interface WorkflowState {
  readonly run: RunFacts
  readonly isRed: boolean
  /** Of the first run of this colour in a row. */
  readonly since: string
}

const RED = new Set(['failure', 'timed_out', 'startup_failure'])
const GREEN = new Set(['success'])

/** Cancelled and skipped runs say nothing. The list may be in any order. */
export function workflowStates(runs: readonly RunFacts[]): readonly WorkflowState[] {
  const byWorkflow = new Map<number, RunFacts[]>()
  for (const run of runs) {
    if (run.status !== 'completed' || !(RED.has(run.conclusion ?? '') || GREEN.has(run.conclusion ?? '')))
      continue
    byWorkflow.set(run.workflowId, [...(byWorkflow.get(run.workflowId) ?? []), run])
  }
  const states = [...byWorkflow.values()].flatMap((all): WorkflowState[] => {
    const sorted = all.toSorted((a, b) => compare(b.createdAt, a.createdAt) || b.id - a.id)
    const [newest] = sorted
    if (newest === undefined) return []
    const isRed = RED.has(newest.conclusion ?? '')
    const other = sorted.findIndex((run) => RED.has(run.conclusion ?? '') !== isRed)
    const first = sorted[(other < 0 ? sorted.length : other) - 1] ?? newest
    return [{ run: newest, isRed, since: first.updatedAt || first.createdAt }]
  })
  return states.toSorted(
    (a, b) => Number(b.isRed) - Number(a.isRed) || compare(a.run.workflow, b.run.workflow),
  )
}

/** Where a run failed first. */
export function failedPlace(
  jobs: readonly JobFacts[],
): { readonly job: JobFacts; readonly step: StepFacts | null } | null {
  const job = jobs.find(({ conclusion }) => RED.has(conclusion ?? ''))
  if (job === undefined) return null
  return { job, step: job.steps.find(({ conclusion }) => RED.has(conclusion ?? '')) ?? null }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
