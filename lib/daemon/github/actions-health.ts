/** Why workflows of the default branch are red. A run is looked at once: its jobs, and the log of the first that failed. */
import { failedPlace, workflowStates, type WorkflowState } from '../../core/github/health/newest-runs.js'
import { whyRed } from '../../core/github/health/why-red.js'
import type { RunFacts } from '../../core/github/model.js'
import type { WorkflowRow } from '../../core/github/rows.js'
import { safeText } from '../../core/text/safe-text.js'
import type { GithubClient } from '../../github/client.js'
import { jobFacts } from '../../github/decode.js'

/** The end of a log is what says why; of a longer one the beginning is all that is read. */
const MAX_LOG = 2 * 1024 * 1024

type Cause = Pick<WorkflowRow, 'job' | 'step' | 'text' | 'fix'>
const NO_CAUSE: Cause = { job: null, step: null, text: null, fix: null }

export class ActionsHealth {
  readonly #client: GithubClient
  readonly #where: { readonly owner: string; readonly repo: string }
  readonly #causes = new Map<string, Cause>()
  #states: readonly WorkflowState[] = []
  #runs: readonly RunFacts[] = []

  constructor(client: GithubClient, where: { readonly owner: string; readonly repo: string }) {
    this.#client = client
    this.#where = where
  }

  get rows(): readonly WorkflowRow[] {
    return this.#states.map(({ run, since, isRed }) => ({
      workflow: safeText(run.workflow),
      conclusion: safeText(run.conclusion ?? ''),
      since,
      ...((isRed ? this.#causes.get(keyOf(run)) : undefined) ?? NO_CAUSE),
      url: safeText(run.url),
    }))
  }

  /** Of all runs that a list had; says whether anything is red. */
  async take(runs: readonly RunFacts[]): Promise<void> {
    this.#runs = runs
    this.#states = workflowStates(runs)
    const red = this.#states.filter(({ isRed }) => isRed)
    for (const key of this.#causes.keys())
      if (!red.some(({ run }) => keyOf(run) === key)) this.#causes.delete(key)
    for (const { run } of red) {
      if (this.#causes.has(keyOf(run))) continue
      const cause = await this.#look(run)
      // What could not be read is asked for with the next look.
      if (cause !== null) this.#causes.set(keyOf(run), cause)
    }
  }

  /** Red runs whose cause is not known yet. */
  get isIncomplete(): boolean {
    return this.#states.some(({ run, isRed }) => isRed && !this.#causes.has(keyOf(run)))
  }

  async again(): Promise<void> {
    await this.take(this.#runs)
  }

  async #look(run: RunFacts): Promise<Cause | null> {
    const answer = await this.#client.get('/repos/{owner}/{repo}/actions/runs/{run_id}/jobs', {
      params: { ...this.#where, run_id: run.id },
      query: { filter: 'latest', per_page: 100 },
    })
    if (answer.kind !== 'done') return null
    const place = failedPlace((answer.data.jobs as readonly unknown[]).flatMap((one) => jobFacts(one) ?? []))
    if (place === null) return NO_CAUSE
    const found = {
      job: safeText(place.job.name),
      step: place.step === null ? null : safeText(place.step.name),
    }
    const log = await this.#client.log({ ...this.#where, job_id: place.job.id }, MAX_LOG)
    if (log.kind === 'unknown' || log.kind === 'limited') return null
    if (log.kind !== 'done') return { ...NO_CAUSE, ...found }
    const { text, fix } = whyRed(log.data)
    return { ...found, text, fix }
  }
}

function keyOf(run: RunFacts): string {
  return `${run.id}.${run.attempt}`
}
