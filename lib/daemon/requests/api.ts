import type { Api } from '../../api/handle-request.js'
import { eventRow } from '../../core/view/event-row.js'
import type { Daemon } from '../daemon.js'
import { confirmed } from '../kernel/confirmed.js'
import { REQUESTS } from './index.js'

/** What a door serves: all requests, answered by this daemon. */
export function apiOf(daemon: Daemon): Api<Daemon> {
  return {
    daemon,
    routes: REQUESTS,
    access: daemon.parts.access,
    get isStopping() {
      return daemon.isStopping
    },
    version: daemon.options.version,
    report: (error) => daemon.log.error({ err: error }, 'a request failed'),
    told: {},
    settled: () => confirmed(daemon.loop),
    status: () => daemon.status(),
    storedAfter: (after, limit) =>
      daemon.store
        .events({ after, limit, newest: false })
        .map(({ seq, event }) => ({ seq, event, row: eventRow(seq, event) })),
    lastSeq: () => daemon.store.lastSeq,
    typeOf: (agent) =>
      agent === null ? 'command' : (daemon.loop.state.agents.get(agent)?.spec.type ?? 'unknown'),
    issueOf: (task) => daemon.loop.state.issues.get(task)?.number ?? null,
    subscribe: (listener) => daemon.subscribe(listener),
  }
}
