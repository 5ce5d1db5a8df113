import type { PlanStep } from '../../core/protocol/api.js'
import { safeText } from '../../core/text/safe-text.js'

const MARK: Readonly<Record<PlanStep['action'], string>> = {
  create: '+',
  start: '+',
  respawn: '~',
  change: '~',
  leave: '=',
  stop: '-',
  remove: '-',
  cancel: '-',
}

/** A line a step, as a diff: what is made, changed, left, stopped; then the sum. */
export function renderPlan(steps: readonly PlanStep[]): string {
  const count = (...actions: readonly PlanStep['action'][]) =>
    steps.filter((s) => actions.includes(s.action)).length
  const sum = `${count('create', 'start')} to make, ${count('respawn', 'change')} to change, ${count('stop', 'remove', 'cancel')} to stop, ${count('leave')} left as they are`
  return `${[...steps.flatMap(stepLines), sum].join('\n')}\n`
}

/** With what is another one below it. */
export function stepLines(step: PlanStep): string[] {
  return [stepLine(step), ...(step.changes ?? []).map((change) => `    ~ ${safeText(change)}`)]
}

function stepLine({ action, kind, subject, machine, command, directory, why: because }: PlanStep): string {
  const mark = MARK[action]
  const inside = directory === undefined ? '' : ` in ${safeText(directory)}`
  const where = `${machine === null ? '' : ` on ${machine}`}${inside}`
  const what = command === null ? '' : `: ${safeText(command)}`
  // Of a task its time comes first.
  const isTask = kind === 'task' && because !== null
  const words = isTask && where !== '' ? `${because};${where}` : because
  const why = words === null ? '' : ` (${safeText(words)})`
  if (isTask && action === 'create') return `${mark} task ${safeText(subject)}${why}`
  const rest = `${safeText(subject)}${where}${what}${why}`
  if (kind === 'connect') return `${mark} connect to ${safeText(subject)}${what}${why}`
  // A change of the view is a sentence.
  if (action === 'change' && (kind === 'window' || kind === 'pane' || kind === 'setting'))
    return `${mark} ${rest}`
  // Their verb stands in the mark.
  const isPlain = action === 'change' || (action === 'create' && (kind === 'task' || kind === 'gate'))
  return isPlain ? `${mark} ${kind} ${rest}` : `${mark} ${action} ${kind} ${rest}`
}
