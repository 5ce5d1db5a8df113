/** Which issue is which task's: made, linked by a person, or let go. */
import { OrchestraError } from '../../../core/errors.js'
import { issueUrl } from '../../../core/github/bound-issue.js'
import { issueDraft, phaseDraft, phaseSubject } from '../../../core/github/issue-draft.js'
import { keyOf, type OutboxRow } from '../../../core/github/outbox-row.js'
import { issueOf } from '../../../core/github/writing-place.js'
import { askedId, type TaskId } from '../../../core/ids.js'
import { DAEMON, type Principal } from '../../../core/principal.js'
import type { TaskRecord } from '../../../core/run/state.js'
import { issueFacts } from '../../../github/decode.js'
import type { Outbox } from '../outbox/outbox.js'
import { demandMirror, type WritingNeeds } from './needs.js'

type BindingNeeds = Pick<
  WritingNeeds,
  'kernel' | 'spec' | 'client' | 'where' | 'milestone' | 'milestones' | 'databaseId'
>

export class Bindings {
  readonly #needs: BindingNeeds
  readonly #outbox: () => Pick<Outbox, 'rows' | 'row' | 'enqueue' | 'drop'>

  constructor(needs: BindingNeeds, outbox: () => Pick<Outbox, 'rows' | 'row' | 'enqueue' | 'drop'>) {
    this.#needs = needs
    this.#outbox = outbox
  }

  /** Makes issues for tasks that have none, or whose issue is gone, and for the phases of all of them. @returns the tasks that will get one. */
  export(ids: readonly string[]): readonly string[] {
    const { kernel, spec, milestone, milestones } = this.#needs
    demandMirror(this.#needs, 'export')
    const { state } = kernel.loop
    // A task that is switched off stands for a number of which nothing is known.
    const tasks =
      ids.length === 0
        ? [...state.tasks.values()].filter((task) => !task.removed && !task.spec.disabled)
        : ids.map((id) => this.#task(id))
    const open = tasks.filter(({ spec: { id } }) => state.issues.get(id)?.gone !== null)
    const place = { spec, milestone: milestone(), milestones: milestones() }
    for (const phase of state.layout?.phases ?? []) {
      const isAsked = open.some((task) => task.spec.phase === phase.id)
      // Its number is that of another repository, or of an issue that is gone.
      const isThere = phase.issue !== null && this.#needs.databaseId(phase.issue) !== null
      if (isAsked && !isThere) this.#outbox().enqueue(phaseDraft(state, phase, place))
    }
    for (const task of open) {
      const draft = issueDraft(state, task, place)
      const known = this.#outbox().row(keyOf(draft))
      // What was made and is gone is made again; what is being made is made once.
      if (known?.state === 'sent') this.#outbox().drop(known.key)
      this.#outbox().enqueue(draft)
    }
    return open.map(({ spec: { id } }) => id)
  }

  async link(id: string, number: number, by: Principal): Promise<void> {
    const { kernel, client, spec, where } = this.#needs
    const { loop, clock } = kernel
    const task = this.#task(id)
    const known = loop.state.issues.get(task.spec.id)
    if (known !== undefined && known.number !== number)
      throw new OrchestraError(`${id} is bound to issue #${known.number} already`, { kind: 'refused' })
    const other = [...loop.state.issues.values()].find(
      (one) => one.number === number && one.machine === spec.machine && one.task !== task.spec.id,
    )
    if (other !== undefined)
      throw new OrchestraError(`issue #${number} is bound to ${other.task} already`, { kind: 'refused' })
    const found = await client.get('/repos/{owner}/{repo}/issues/{issue_number}', {
      params: { ...where(), issue_number: number },
    })
    const issue = found.kind === 'done' ? issueFacts(found.data) : null
    if (issue === null)
      throw new OrchestraError(`issue #${number} was not found on GitHub`, {
        kind: 'refused',
        hint: found.kind === 'refused' ? found.message : 'GitHub did not answer; try again.',
      })
    if (issue.isPullRequest) throw new OrchestraError(`#${number} is a pull request`, { kind: 'refused' })
    loop.dispatch({
      type: 'issue.bound',
      at: clock.now(),
      task: task.spec.id,
      machine: spec.machine,
      number,
      issueId: issue.id,
      url: issue.url,
      how: 'link',
      replaces: null,
      by,
    })
    loop.dispatch({ type: 'issue.seen', at: clock.now(), task: task.spec.id, state: issue.state })
  }

  /** The issue stays as it is; nothing more is written to it. */
  unlink(id: string, by: Principal): void {
    const { loop, clock } = this.#needs.kernel
    const task = this.#task(id)
    if (!loop.state.issues.has(task.spec.id))
      throw new OrchestraError(`${id} is bound to no issue`, { kind: 'refused' })
    if (task.spec.issue !== null)
      throw new OrchestraError(`the layout binds ${id}`, {
        kind: 'refused',
        hint: `Remove \`issue:\` of ${id} from the layout.`,
      })
    loop.dispatch({ type: 'issue.unbound', at: clock.now(), task: task.spec.id, by })
    for (const row of this.#outbox().rows) if (isOf(row, id)) this.#outbox().drop(row.key)
  }

  /** A row of an issue was sent: its task is bound to what was made. */
  bind({ work, remote }: OutboxRow): void {
    if (work.kind !== 'issue' || remote?.number == null) return
    const { kernel, spec } = this.#needs
    const { loop, clock } = kernel
    const { number, id, url } = remote
    const phase = loop.state.layout?.phases.find((one) => phaseSubject(one.id) === work.subject)
    if (phase !== undefined) return this.#relate(number, id, null, phase.needs)
    const task = loop.state.tasks.get(askedId<TaskId>(work.subject))
    const known = loop.state.issues.get(askedId<TaskId>(work.subject))
    if (task === undefined || (known !== undefined && known.gone === null)) return
    loop.dispatch({
      type: 'issue.bound',
      at: clock.now(),
      task: task.spec.id,
      machine: spec.machine,
      number,
      issueId: id,
      url: url ?? issueUrl(loop.state.layout, spec.machine, number) ?? '',
      how: 'created',
      replaces: typeof task.spec.issue === 'number' ? task.spec.issue : null,
      by: DAEMON,
    })
    this.#relate(number, id, work.parent ?? null, task.spec.needs)
  }

  /** What we closed was closed by no person. */
  closed({ work }: OutboxRow): void {
    if (work.kind !== 'close') return
    const { kernel, spec } = this.#needs
    for (const bound of kernel.loop.state.issues.values())
      if (bound.machine === spec.machine && bound.number === work.issue && bound.state !== 'closed')
        kernel.loop.dispatch({
          type: 'issue.seen',
          at: kernel.clock.now(),
          task: bound.task,
          state: 'closed',
        })
  }

  /** Beside the lines in its text: as a part of another, and waiting for what it needs. */
  #relate(issue: number, issueId: number, parent: string | null, needs: readonly string[]): void {
    const above = parent === null ? this.#needs.spec.scope.parent : this.issueOf(parent)
    if (typeof above === 'number')
      this.#outbox().enqueue({ kind: 'part', parent: above, issueId }, { urgent: true })
    const ofPhase = parent === null ? undefined : this.#phase(parent)
    for (const need of needs) {
      if (ofPhase?.needs.includes(need) === true) continue
      const number = this.issueOf(this.#phase(phaseSubject(need)) === undefined ? need : phaseSubject(need))
      const blockedById = typeof number === 'number' ? this.#idOf(need, number) : null
      if (blockedById !== null) this.#outbox().enqueue({ kind: 'edge', issue, blockedById }, { urgent: true })
    }
  }

  /** In GitHub's database. */
  #idOf(need: string, number: number): number | null {
    const bound = this.#needs.kernel.loop.state.issues.get(askedId<TaskId>(need))
    if (bound?.number === number && bound.issueId !== null) return bound.issueId
    return this.#outbox().row(`issue/${phaseSubject(need)}`)?.remote?.id ?? this.#needs.databaseId(number)
  }

  #phase(subject: string) {
    return this.#needs.kernel.loop.state.layout?.phases.find(({ id }) => phaseSubject(id) === subject)
  }

  /** The issue of what another one needs, as `OutboxNeeds` asks for it. */
  issueOf(subject: string): number | 'coming' | null {
    const { kernel, spec } = this.#needs
    const task = kernel.loop.state.tasks.get(askedId<TaskId>(subject))
    const isGone = kernel.loop.state.issues.get(askedId<TaskId>(subject))?.gone != null
    const number = task === undefined || isGone ? null : issueOf(kernel.loop.state, spec.machine, task)
    if (number !== null) return number
    const phase = this.#phase(subject)?.issue ?? null
    if (phase !== null && this.#needs.databaseId(phase) !== null) return phase
    const row = this.#outbox().row(`issue/${subject}`)
    if (row === undefined || row.state === 'refused') return null
    return row.remote?.number ?? 'coming'
  }

  #task(id: string): TaskRecord {
    const task = this.#needs.kernel.loop.state.tasks.get(askedId<TaskId>(id))
    if (task === undefined) throw new OrchestraError(`there is no task ${id}`, { kind: 'usage' })
    return task
  }
}

/** What was written, or is to be, only because the task has that issue. */
function isOf({ work }: OutboxRow, task: string): boolean {
  if (work.kind === 'issue' || work.kind === 'status') return work.subject === task
  return work.kind === 'close' && work.subject.startsWith(`${task}.`)
}
