/** Which issue is which task's: made, linked by a person, or let go. */
import { OrchestraError } from '../../../core/errors.js'
import { issueUrl } from '../../../core/github/bound-issue.js'
import { issueDraft } from '../../../core/github/issue-draft.js'
import type { OutboxRow } from '../../../core/github/outbox-row.js'
import { issueOf } from '../../../core/github/writing-place.js'
import { askedId, type TaskId } from '../../../core/ids.js'
import { DAEMON, type Principal } from '../../../core/principal.js'
import type { TaskRecord } from '../../../core/run/state.js'
import { issueFacts } from '../../../github/decode.js'
import type { Outbox } from '../outbox/outbox.js'
import { demandMirror, type WritingNeeds } from './needs.js'

export class Bindings {
  readonly #needs: Pick<WritingNeeds, 'kernel' | 'spec' | 'client' | 'where' | 'milestone'>
  readonly #outbox: () => Pick<Outbox, 'rows' | 'row' | 'enqueue' | 'drop'>

  constructor(
    needs: Pick<WritingNeeds, 'kernel' | 'spec' | 'client' | 'where' | 'milestone'>,
    outbox: () => Pick<Outbox, 'rows' | 'row' | 'enqueue' | 'drop'>,
  ) {
    this.#needs = needs
    this.#outbox = outbox
  }

  /** Makes issues for tasks that have none. @returns those that will get one. */
  export(ids: readonly string[]): readonly string[] {
    const { kernel, spec, milestone } = this.#needs
    demandMirror(this.#needs, 'export')
    const { state } = kernel.loop
    const tasks =
      ids.length === 0
        ? [...state.tasks.values()].filter(({ removed }) => !removed)
        : ids.map((id) => this.#task(id))
    const open = tasks.filter(({ spec: { id } }) => !state.issues.has(id))
    for (const task of open) this.#outbox().enqueue(issueDraft(state, task, spec, milestone()))
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
    const task = loop.state.tasks.get(askedId<TaskId>(work.subject))
    if (task === undefined || loop.state.issues.has(task.spec.id)) return
    const { number, id, url } = remote
    loop.dispatch({
      type: 'issue.bound',
      at: clock.now(),
      task: task.spec.id,
      machine: spec.machine,
      number,
      issueId: id,
      url: url ?? issueUrl(loop.state.layout, spec.machine, number) ?? '',
      how: 'created',
      replaces: null,
      by: DAEMON,
    })
    this.#relate(task, id)
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

  /** Beside the lines in its text: as a part of the scope's issue, and waiting for what it needs. */
  #relate(task: TaskRecord, issueId: number): void {
    const { kernel, spec } = this.#needs
    const { state } = kernel.loop
    if (spec.scope.parent !== null)
      this.#outbox().enqueue({ kind: 'part', parent: spec.scope.parent, issueId }, { urgent: true })
    const issue = issueOf(state, spec.machine, task)
    for (const need of task.spec.needs) {
      const other = state.issues.get(askedId<TaskId>(need))
      if (issue !== null && other?.machine === spec.machine && other.issueId !== null)
        this.#outbox().enqueue({ kind: 'edge', issue, blockedById: other.issueId }, { urgent: true })
    }
  }

  /** The issue of what another one needs, as `OutboxNeeds` asks for it. */
  issueOf(subject: string): number | 'coming' | null {
    const { kernel, spec } = this.#needs
    const task = kernel.loop.state.tasks.get(askedId<TaskId>(subject))
    const number = task === undefined ? null : issueOf(kernel.loop.state, spec.machine, task)
    if (number !== null) return number
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
