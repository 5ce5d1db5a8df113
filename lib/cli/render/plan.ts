import type { PlanStep } from '../../core/protocol/api.js'
import { safeText } from '../../core/text/safe-text.js'
import type { RenderOptions } from './options.js'

const MARK: Readonly<Record<PlanStep['action'], string>> = {
  create: '+',
  start: '+',
  respawn: '~',
  change: '~',
  leave: '=',
  stop: '-',
}

/** A line a step, as a diff: what is made, changed, left, stopped; then the sum. */
export function renderPlan(
  steps: readonly PlanStep[],
  _options: Pick<RenderOptions, 'cols' | 'ascii' | 'color'>,
): string {
  const lines = steps.map((s) => {
    const where = s.machine === null ? '' : ` on ${s.machine}`
    const what = s.command === null ? '' : `: ${safeText(s.command)}`
    const why = s.why === null ? '' : ` (${safeText(s.why)})`
    if (s.kind === 'connect') return `${MARK[s.action]} connect to ${safeText(s.subject)}${what}${why}`
    // A change of the view is a sentence.
    if (s.action === 'change') return `${MARK[s.action]} ${safeText(s.subject)}${where}${what}${why}`
    return `${MARK[s.action]} ${s.action} ${s.kind} ${safeText(s.subject)}${where}${what}${why}`
  })
  const count = (actions: readonly PlanStep['action'][]) =>
    steps.filter((s) => actions.includes(s.action)).length
  const sum = `${count(['create', 'start'])} to make, ${count(['respawn', 'change'])} to change, ${count(['stop'])} to stop, ${count(['leave'])} left as they are`
  return `${[...lines, sum].join('\n')}\n`
}
