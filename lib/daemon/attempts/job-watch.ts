/** Waits for the end of an attempt's process and writes how it ended. Asked again after every start of the daemon. */
import { isUnreachable } from '../../core/errors.js'
import type { AttemptId } from '../../core/ids.js'
import type { AttemptRecord } from '../../core/run/state.js'
import type { Endings } from '../jobs/endings.js'
import type { JobResult, Jobs } from '../jobs/jobs.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Host } from '../machines/host.js'
import { hostOf, type Hosts } from '../machines/host-of.js'
import { jobKey } from '../machines/job-name.js'
import { headlessEnd } from './headless-end.js'

export interface JobWatchNeeds {
  readonly kernel: Pick<Kernel, 'loop' | 'clock' | 'log' | 'lookSoon'>
  readonly hosts: Hosts
  readonly jobs: Pick<Jobs, 'ended' | 'end' | 'forget'>
  readonly endings: Endings
}

export class JobWatch {
  readonly #needs: JobWatchNeeds
  readonly #watched = new Map<AttemptId, Promise<void>>()

  constructor(needs: JobWatchNeeds) {
    this.#needs = needs
  }

  /** Its process exists: the attempt runs, and is watched to its end. */
  async started({ id }: AttemptRecord, host: Host): Promise<void> {
    const { loop, clock } = this.#needs.kernel
    // Cancelled while it was being started: whoever did so saw nothing that could be ended.
    if (loop.state.attempts.get(id)?.phase === 'ended') {
      await loop.settled()
      await this.#needs.jobs.end(host, jobKey(id))
      return
    }
    loop.dispatch({ type: 'attempt.running', at: clock.now(), attempt: id, pid: null, unconfirmed: '' })
    this.watch(id)
  }

  watch(id: AttemptId): void {
    void this.ended(id)
  }

  /** Resolves, never rejects, when its end is in the journal. */
  ended(id: AttemptId): Promise<void> {
    const before = this.#watched.get(id)
    if (before !== undefined) return before
    const { kernel } = this.#needs
    const now = this.#follow(id)
      .catch((error: unknown) => {
        if (!isUnreachable(error))
          kernel.log.warn({ err: error, attempt: id }, 'a job could not be watched to its end')
        // The look finds it again.
        kernel.lookSoon()
      })
      .finally(() => this.#watched.delete(id))
    this.#watched.set(id, now)
    return now
  }

  async #follow(id: AttemptId): Promise<void> {
    const { kernel, jobs } = this.#needs
    const { loop, clock } = kernel
    const attempt = loop.state.attempts.get(id)
    if (attempt === undefined) return
    const host = hostOf(this.#needs, attempt.machine)
    const key = jobKey(id)
    const result = await jobs.ended(host, { key, nonce: attempt.nonce })
    if (loop.state.attempts.get(id)?.phase !== 'running') return
    if (this.#isStopping(attempt)) return
    if (result === null) {
      loop.dispatch({
        type: 'attempt.ended',
        at: clock.now(),
        attempt: id,
        status: 'lost',
        reason: 'its process is gone without a record',
        screen: null,
      })
      await loop.settled()
      await jobs.forget(host, key)
      return
    }
    if (attempt.headless) loop.dispatch(...(await headlessEnd(attempt, result, host, kernel)))
    else proveByExit(attempt, result, kernel)
    await loop.settled()
    await jobs.forget(host, key)
  }

  /** Also one that a daemon before us was ending. */
  #isStopping(attempt: AttemptRecord): boolean {
    const { kernel, endings } = this.#needs
    if (endings.has(attempt.id)) return true
    const { agents, tasks } = kernel.loop.state
    const agent = attempt.agent === null ? undefined : agents.get(attempt.agent)
    if (tasks.get(attempt.task)?.cancelRequested != null) return true
    if (agent === undefined) return false
    return agent.wanted !== 'running' || (agent.restartRequested && agent.process.status === 'alive')
  }
}

function proveByExit(
  attempt: AttemptRecord,
  result: JobResult,
  { loop, clock }: Pick<Kernel, 'loop' | 'clock'>,
): void {
  const good = result.exitCode !== null && attempt.told.task.successExitCodes.includes(result.exitCode)
  const text = result.output.trim().split('\n').slice(-5).join('\n')
  loop.dispatch({
    type: 'attempt.proved',
    at: clock.now(),
    attempt: attempt.id,
    proof: {
      kind: 'exit',
      outcome: good ? 'done' : 'fail',
      exitCode: result.exitCode,
      text: text === '' ? null : text,
    },
  })
}
