import { createHash, randomUUID } from 'node:crypto'
import { OrchestraError } from '../../core/errors.js'
import type { Receipt, SendRequest } from '../../core/protocol/api.js'
import { agentOf } from '../context.js'
import type { Daemon } from '../daemon.js'

const DEFAULT_WAIT_MS = 120_000
/** Without --wait nobody is there to be told `refused` soon: a busy agent has this long to become free. */
const PARKED_MS = 30 * 60_000

/** The receipt is in the journal before anything is typed; the same operation id is answered from there for ever. */
export async function send(daemon: Daemon, id: string, request: SendRequest): Promise<Receipt> {
  const { loop, clock, store } = daemon
  const agent = agentOf(daemon, id)
  const operation = request.operation_id ?? randomUUID()
  const digest = createHash('sha256').update(request.text).digest('hex').slice(0, 32)
  const known = store.getReceipt(operation)
  if (known !== undefined) {
    if (known.agent !== id || known.digest !== digest) {
      throw new OrchestraError(`operation ${operation} was another message`, {
        kind: 'refused',
        hint: 'Use a new operation id for a new message.',
      })
    }
    return { operation_id: operation, agent: id, state: known.state, reason: known.reason }
  }
  loop.dispatch({
    type: 'message.queued',
    at: clock.now(),
    agent: agent.spec.id,
    operation,
    digest,
    bytes: Buffer.byteLength(request.text),
    by: 'user',
  })
  const waitMs = request.timeout_ms ?? DEFAULT_WAIT_MS
  const settled = daemon.deliverer
    .deliver(agent.spec.id, {
      operation,
      text: request.text,
      readyTimeoutMs: request.wait === true ? waitMs : PARKED_MS,
    })
    .then((result) => {
      loop.dispatch({
        type: 'message.settled',
        at: clock.now(),
        agent: agent.spec.id,
        operation,
        receipt: result.state,
        reason: result.reason,
      })
      return result
    })
  settled.catch((error: unknown) => daemon.log.warn({ err: error }, 'a receipt was not written'))
  if (request.wait !== true) return { operation_id: operation, agent: id, state: 'queued', reason: null }
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), waitMs + 15_000).unref())
  const result = await Promise.race([settled, late])
  return result === null
    ? { operation_id: operation, agent: id, state: 'queued', reason: 'it is still not settled' }
    : { operation_id: operation, agent: id, ...result }
}
