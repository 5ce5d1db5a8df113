/** Texts that reach prompts: released by a person, void as soon as GitHub has another one. */
import { issueDigest } from '../../core/github/untrusted-text.js'
import type { IssueFacts } from '../../core/github/model.js'
import { releaseKey } from '../../core/github/release.js'
import type { MachineId } from '../../core/ids.js'
import { DAEMON, type Principal } from '../../core/principal.js'
import type { Kernel } from '../kernel/kernel.js'

type Needs = Pick<Kernel, 'loop' | 'clock'>

const NOT_BEGUN = new Set(['PENDING', 'READY'])

/** What a task says that waits for a new release; it is found again by this text. */
export function editedText(number: number): string {
  return `the text of issue #${number} was edited since it was released`
}

/** Of every issue that is seen changed. A task that has not begun waits until a person released the new text. */
export function voidRelease({ loop, clock }: Needs, machine: MachineId, issue: IssueFacts): void {
  const release = loop.state.releases.get(releaseKey(machine, issue.number))
  const digest = issueDigest(issue.title, issue.body)
  if (release === undefined || release.isVoid || release.digest === digest) return
  const at = clock.now()
  loop.dispatch({ type: 'issue.edited', at, machine, number: issue.number, digest })
  for (const task of boundTasks({ loop, clock }, machine, issue.number)) {
    if (!NOT_BEGUN.has(task.status)) continue
    loop.dispatch({
      type: 'task.blocked',
      at,
      task: task.spec.id,
      text: editedText(issue.number),
      proposal: 'look at what changed, and release it',
      impact: null,
      urgent: false,
      by: DAEMON,
    })
  }
}

/** Tasks that waited for exactly this go on. */
export function unblockReleased(needs: Needs, machine: MachineId, number: number, by: Principal): void {
  const { loop, clock } = needs
  for (const task of boundTasks(needs, machine, number))
    if (task.block?.text === editedText(number))
      loop.dispatch({ type: 'task.unblocked', at: clock.now(), task: task.spec.id, by })
}

function boundTasks({ loop }: Needs, machine: MachineId, number: number) {
  return [...loop.state.issues.values()]
    .filter((bound) => bound.machine === machine && bound.number === number)
    .flatMap(({ task }) => loop.state.tasks.get(task) ?? [])
}
