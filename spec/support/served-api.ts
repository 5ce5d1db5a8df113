/** The API's own rows, of which a spec says what some of them answer: for what stands in front of the handlers. */
import type { Access } from '../../lib/api/access.js'
import type { Api } from '../../lib/api/handle-request.js'
import type { RouteInput } from '../../lib/api/route.js'
import { ownerOfSocket } from '../../lib/core/principal.js'
import { REQUESTS } from '../../lib/daemon/requests/index.js'

/** By `METHOD /path`. */
type Answers = Readonly<Record<string, (input: RouteInput<never>) => unknown>>
type Known = Omit<Api<null>, 'daemon' | 'routes'>

const everybody: Access = {
  authenticate: () => ownerOfSocket(0),
  identify: () => ownerOfSocket(0),
  watch: () => () => undefined,
  refusal: () => null,
  refused: () => undefined,
}

export function servedApi(answers: Answers, known: Partial<Known> = {}): Api<null> {
  const routes = REQUESTS.flatMap((row): Api<null>['routes'] => {
    if ('stream' in row) return [{ ...row, stream: (_none, input, out) => out.events(input.query) }]
    const answer = answers[`${row.method} ${row.path}`]
    return answer === undefined ? [] : [{ ...row, handle: (_none, input) => answer(input) }]
  })
  return {
    daemon: null,
    routes,
    access: everybody,
    isStopping: false,
    version: '1',
    report: () => undefined,
    told: {},
    settled: () => null,
    status: () => {
      throw new Error('no status was expected')
    },
    storedAfter: () => [],
    lastSeq: () => 0,
    typeOf: () => 'unknown',
    issueOf: () => null,
    subscribe: () => () => undefined,
    ...known,
  }
}
