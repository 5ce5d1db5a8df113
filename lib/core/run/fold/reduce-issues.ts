import { boundBySpec, seenIssue } from '../../github/bound-issue.js'
import { releaseKey } from '../../github/release.js'
import { formatPrincipal } from '../../principal.js'
import type { TaskSpec } from '../../layout/model.js'
import type { RunEvent } from '../events.js'
import type { RunState } from '../state.js'
import type { Fold } from './fold.js'

export function reduceIssue(
  { state, at }: Fold,
  event: Extract<RunEvent, { type: `issue.${string}` }>,
): void {
  const { issues, releases } = state
  switch (event.type) {
    case 'issue.bound': {
      const { task, machine, number, issueId, url, how, replaces } = event
      const known = issues.get(task)
      const seen = known?.number === number && known.machine === machine ? known : null
      const seenState = how === 'created' ? 'open' : (seen?.state ?? null)
      const changed = seen?.changed ?? null
      const bound = { task, machine, number, issueId, url, how, replaces }
      issues.set(task, { ...bound, state: seenState, changed, gone: null })
      return
    }
    case 'issue.unbound':
      issues.delete(event.task)
      return
    case 'issue.seen': {
      const known = issues.get(event.task)
      const isComplete = state.tasks.get(event.task)?.status === 'COMPLETED'
      if (known !== undefined) issues.set(event.task, seenIssue(known, event.state, { isComplete, at }))
      return
    }
    case 'issue.missing': {
      const known = issues.get(event.task)
      const { why, to } = event
      if (known !== undefined) issues.set(event.task, { ...known, gone: { why, to, at } })
      return
    }
    case 'issue.released': {
      const { machine, number, digest, title, text } = event
      const by = formatPrincipal(event.by)
      releases.set(releaseKey(machine, number), {
        machine,
        number,
        digest,
        title,
        text,
        by,
        at,
        isVoid: false,
      })
      return
    }
    case 'issue.edited': {
      const key = releaseKey(event.machine, event.number)
      const known = releases.get(key)
      if (known !== undefined) releases.set(key, { ...known, isVoid: known.digest !== event.digest })
      return
    }
  }
}

/** What a task's own `issue:` binds, when the task comes or changes. A binding that somebody made stays where it says nothing. */
export function bindBySpec(state: RunState, task: TaskSpec): void {
  const known = state.issues.get(task.id)
  const bound = boundBySpec(state.layout, task)
  if (bound === null) {
    if (known?.how === 'layout') state.issues.delete(task.id)
    return
  }
  const isSame =
    (known?.number === bound.number || known?.replaces === bound.number) &&
    (known.machine === bound.machine || known.machine === null)
  if (!isSame) state.issues.set(task.id, bound)
  else if (known.number === bound.number && (known.url !== bound.url || known.machine !== bound.machine))
    state.issues.set(task.id, { ...known, machine: bound.machine, url: bound.url })
}
