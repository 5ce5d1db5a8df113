/** What a look found of issues that tasks are bound to, told to the run. */
import type { IssueFacts } from '../../core/github/model.js'
import type { MachineId } from '../../core/ids.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Gone } from './audit.js'
import { voidRelease } from './releases.js'

type Needs = Pick<Kernel, 'loop' | 'clock'>

/** Issues that were not known so. */
export function tellSeen(needs: Needs, machine: MachineId, issues: readonly IssueFacts[]): void {
  const { loop, clock } = needs
  for (const issue of issues) voidRelease(needs, machine, issue)
  for (const bound of loop.state.issues.values()) {
    const issue = issues.find(({ number }) => number === bound.number)
    if (bound.machine !== machine || issue === undefined) continue
    if (issue.state === bound.state && bound.gone === null) continue
    loop.dispatch({ type: 'issue.seen', at: clock.now(), task: bound.task, state: issue.state })
  }
}

/** An issue is not in the repository any more. */
export function tellGone(
  { loop, clock }: Needs,
  machine: MachineId,
  number: number,
  { why, to }: Gone,
): void {
  for (const { task, gone, ...bound } of loop.state.issues.values())
    if (bound.machine === machine && bound.number === number && (gone?.why !== why || gone.to !== to))
      loop.dispatch({ type: 'issue.missing', at: clock.now(), task, why, to })
}
