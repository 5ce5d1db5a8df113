/** A ladder on which nobody stands, or from which no rung leads on. */
import { didYouMean } from './did-you-mean.js'
import type { Layout } from './model.js'
import { quote, type Report } from './report.js'

export function checkEscalation(layout: Layout, report: Report): void {
  const { layers, escalation, agents, people } = layout
  const order = new Map(layers.map(({ id }, i) => [id as string, i]))
  const roles = [...agents.map(({ role }) => role), ...people.flatMap((person) => person.roles)]
  const known = new Set<string>([
    'notify',
    'github',
    ...agents.map(({ id }) => id),
    ...people.map(({ id }) => id),
    ...roles.filter((role) => role !== null),
  ])
  const highest = Math.min(...escalation.map(({ layer }) => order.get(layer) ?? Infinity))
  for (const step of escalation) {
    const path = ['escalation', step.layer]
    if (!order.has(step.layer)) {
      report(path, () => `no layer is called ${quote(step.layer)}${didYouMean(step.layer, order.keys())}`)
    }
    if (step.to.length === 0) report(path, `nobody is told at ${step.layer}: say to: [notify]`)
    for (const [i, to] of step.to.entries()) {
      if (known.has(to)) continue
      report([...path, 'to', i], () => {
        return `${quote(to)} is not an agent, a role, a person, notify or github${didYouMean(to, known)}`
      })
    }
    if (step.to.includes('notify') && layout.notify.command.length === 0 && layout.notify.webhook === null) {
      report(path, `${step.layer} tells notify, which has neither command nor webhook`, 'warning')
    }
    if (step.to.includes('github') && !layout.github.some(({ mode }) => mode === 'mirror')) {
      report(path, `${step.layer} tells github, and no entry of github: has mode: mirror`, 'warning')
    }
    if (step.afterMs === null && order.get(step.layer) !== highest) {
      report(path, `without after, no layer above ${step.layer} is ever told`, 'warning')
    }
  }
}
