/** Makes the commits of `status_commits:` when a phase is complete, each once, also when the daemon is killed meanwhile. */
import { messageOf } from '../../core/errors.js'
import { statusSubjectOf } from '../../core/status-commits/subject.js'
import type { PhaseRow, StatusDocument } from '../../core/protocol/status.js'
import { FACTS } from '../../store/facts.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Part } from '../kernel/part.js'
import type { Hosts } from '../machines/host-of.js'
import type { StatusCommitOutcome } from './commit-status.js'

const load = () => import('./commit-status.js')

type Needs = Pick<Kernel, 'loop' | 'clock' | 'session' | 'log' | 'store' | 'dispatch'>

export class StatusCommitter implements Part {
  readonly name = 'status commits'
  readonly #kernel: Needs
  readonly #hosts: Hosts
  #busy = false
  #isStopped = false

  constructor(kernel: Needs, hosts: Hosts) {
    this.#kernel = kernel
    this.#hosts = hosts
  }

  show(document: StatusDocument): void {
    const spec = this.#kernel.loop.state.layout?.statusCommits
    if (spec === undefined || !spec.on.includes('phase') || this.#busy || this.#isStopped) return
    const keyOf = (phase: PhaseRow) => `${document.run.started_at}/${phase.id}`
    const complete = document.phases.filter((phase) => phase.state === 'complete' && phase.total > 0)
    const done = this.#kernel.store.facts.get(FACTS.statusCommits)
    // Phases that were complete before anybody asked for commits are history.
    if (done === null) return this.#remember(complete.map(keyOf))
    const next = complete.find((phase) => !done.includes(keyOf(phase)))
    if (next === undefined) return
    this.#busy = true
    this.#commit(next, keyOf(next))
      .then((isOver) => isOver && this.#remember([...done, keyOf(next)]))
      .catch((error: unknown) =>
        this.#kernel.log.debug({ err: messageOf(error), phase: next.id }, 'a status commit failed'),
      )
      .finally(() => (this.#busy = false))
  }

  stop(): void {
    this.#isStopped = true
  }

  /** False: it could not be tried; the next change of `status` does. */
  async #commit(phase: PhaseRow, key: string): Promise<boolean> {
    const { loop, session } = this.#kernel
    const { layout } = loop.state
    const spec = layout?.statusCommits
    const machine = layout?.machines.find(({ id, kind }) =>
      spec?.machine === null ? kind === 'local' : id === spec?.machine,
    )
    const host = machine === undefined ? undefined : this.#hosts.get(machine.id)
    if (layout === null || spec === undefined || machine === undefined) return true
    if (machine.repo === null)
      return this.#tell(phase, { kind: 'refused', reason: `${machine.id} has no repo:` })
    if (host === undefined || !host.isReady) return false
    const text = `${phase.title ?? phase.id} complete, ${phase.done}/${phase.total}`
    const { commitStatus } = await load()
    await loop.settled()
    const outcome = await commitStatus(host.shell, {
      repo: machine.repo,
      branch: spec.branch,
      allowEmpty: spec.allowEmpty,
      subject: statusSubjectOf(machine, { phase: phase.id, text }),
      trailer: `Orchestra-Status: ${session}/${key}`,
    })
    return this.#tell(phase, outcome)
  }

  #tell({ id }: PhaseRow, outcome: StatusCommitOutcome): true {
    const text =
      outcome.kind === 'made'
        ? `status commit ${outcome.commit.slice(0, 12)}`
        : outcome.kind === 'refused'
          ? `no status commit: ${outcome.reason}`
          : outcome.kind === 'nothing_staged'
            ? 'no status commit: nothing is staged'
            : null
    if (text !== null)
      this.#kernel.dispatch({ type: 'noted', at: this.#kernel.clock.now(), subject: id, text })
    return true
  }

  #remember(keys: readonly string[]): void {
    this.#kernel.store.facts.set(FACTS.statusCommits, [...keys].slice(-500))
  }
}
