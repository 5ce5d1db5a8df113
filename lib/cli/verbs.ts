/** Every verb, in the order of the help. A verb's row and its work stand in its file, which is loaded when it is named. */
import type { Verb } from './verb.js'

export const VERBS: ReadonlyMap<string, () => Promise<Verb>> = new Map([
  ['init', async () => (await import('./verbs/init.js')).init],
  ['validate', async () => (await import('./verbs/validate.js')).validate],
  ['plan', async () => (await import('./verbs/plan.js')).plan],
  ['up', async () => (await import('./verbs/up.js')).up],
  ['down', async () => (await import('./verbs/down.js')).down],
  ['attach', async () => (await import('./verbs/attach.js')).attach],
  ['status', async () => (await import('./verbs/status.js')).status],
  ['agents', async () => (await import('./verbs/agents.js')).agents],
  ['machines', async () => (await import('./verbs/machines.js')).machines],
  ['tasks', async () => (await import('./verbs/tasks.js')).tasks],
  ['gates', async () => (await import('./verbs/gates.js')).gates],
  ['phases', async () => (await import('./verbs/phases.js')).phases],
  ['milestones', async () => (await import('./verbs/milestones.js')).milestones],
  ['workers', async () => (await import('./verbs/workers.js')).workers],
  ['forecast', async () => (await import('./verbs/forecast.js')).forecast],
  ['monitor', async () => (await import('./verbs/monitor.js')).monitor],
  ['run', async () => (await import('./verbs/run.js')).run],
  ['pause', async () => (await import('./verbs/pause.js')).pause],
  ['resume', async () => (await import('./verbs/resume.js')).resume],
  ['graph', async () => (await import('./verbs/graph.js')).graph],
  ['submit', async () => (await import('./verbs/submit.js')).submit],
  ['send', async () => (await import('./verbs/send.js')).send],
  ['wait', async () => (await import('./verbs/wait.js')).wait],
  ['approve', async () => (await import('./verbs/approve.js')).approve],
  ['deny', async () => (await import('./verbs/deny.js')).deny],
  ['retry', async () => (await import('./verbs/retry.js')).retry],
  ['cancel', async () => (await import('./verbs/cancel.js')).cancel],
  ['restart', async () => (await import('./verbs/restart.js')).restart],
  ['stop', async () => (await import('./verbs/stop.js')).stop],
  ['context', async () => (await import('./verbs/context.js')).context],
  ['logs', async () => (await import('./verbs/logs.js')).logs],
  ['events', async () => (await import('./verbs/events.js')).events],
  ['explain', async () => (await import('./verbs/explain.js')).explain],
  ['report', async () => (await import('./verbs/report.js')).report],
  ['doctor', async () => (await import('./verbs/doctor.js')).doctor],
  ['daemon', async () => (await import('./verbs/daemon.js')).daemon],
  ['use', async () => (await import('./verbs/use.js')).use],
  ['completion', async () => (await import('./verbs/completion.js')).completion],
])

export function allVerbs(): Promise<readonly Verb[]> {
  return Promise.all([...VERBS.values()].map((load) => load()))
}
