import { createHash, randomUUID } from 'node:crypto'
import type { ZodType } from 'zod'
import { fix } from '../../core/fixes.js'
import { OrchestraError } from '../../core/errors.js'
import type { Receipt, SendRequest } from '../../core/protocol/api.js'
import type { Principal } from '../../core/principal.js'
import { NO_TASK, waitsForTask } from '../../core/run/index/agent-tree.js'
import { isComing } from '../delivery/delivery-target.js'
import { agentOf } from '../kernel/agent-of.js'
import type { Daemon } from '../daemon.js'
import { operationField, textField } from './fields.js'
import { request } from './request.js'
import { until } from './until.js'
import { ATTEMPT_OPERATION } from '../../store/receipts.js'

const DEFAULT_WAIT_MS = 120_000

export const send = request({
  method: 'POST',
  path: '/v1/agents/:id/send',
  permission: 'agents:send',
  about: 'agent',
  body: (zod): ZodType<SendRequest> =>
    zod.strictObject({
      text: textField(zod),
      operation_id: operationField(zod).exactOptional(),
      wait: zod.boolean().exactOptional(),
      timeout_ms: zod.int().min(0).max(86_400_000).exactOptional(),
    }),
  handle: (daemon, { params: { id = '' }, body, by }) => sendTo(daemon, id, body, by),
})

/** Text and receipt are in the store before anything is typed; the same operation id is answered from there for ever. */
export async function sendTo(
  daemon: Daemon,
  id: string,
  request: SendRequest,
  by: Principal,
): Promise<Receipt> {
  const { loop, clock, store } = daemon
  const { outbox } = daemon.parts
  const agent = agentOf(daemon, id)
  if (agent.mode === 'headless') {
    throw new OrchestraError(`${id} is headless: it takes tasks, no messages`, {
      kind: 'refused',
      hint: fix('agent.task', id),
    })
  }
  const operation = request.operation_id ?? randomUUID()
  if (operation.startsWith(ATTEMPT_OPERATION)) {
    throw new OrchestraError(`an operation id does not begin with ${ATTEMPT_OPERATION}`, { kind: 'usage' })
  }
  const digest = createHash('sha256').update(request.text).digest('hex').slice(0, 32)
  const known = store.facts.receipt(operation)
  if (known !== null) {
    if (known.agent !== id || known.digest !== digest) {
      throw new OrchestraError(`operation ${operation} was another message`, {
        kind: 'refused',
        hint: 'Use a new operation id for a new message.',
      })
    }
    return request.wait === true
      ? await receiptWhenSettled(daemon, operation, request.timeout_ms)
      : outbox.receipt(operation)!
  }
  // Known now: nobody has to ask for the receipt to learn that nothing will be typed.
  if (agent.process.status !== 'alive' && !isComing(agent)) {
    const reason = waitsForTask(agent)
      ? `${id} is not running: ${NO_TASK}`
      : `${id} is not running (${fix('agent.restart', id)})`
    return { operation_id: operation, agent: id, state: 'refused', reason }
  }
  // No terminal takes a NUL, and the store would end the text at it.
  outbox.put(operation, request.text.replaceAll('\0', ''))
  loop.dispatch({
    type: 'message.queued',
    at: clock.now(),
    agent: agent.spec.id,
    operation,
    digest,
    bytes: Buffer.byteLength(request.text),
    by,
  })
  const waitMs = request.timeout_ms ?? DEFAULT_WAIT_MS
  const settled = outbox.deliver(agent.spec.id, operation, request.wait === true ? waitMs : null)
  settled.catch((error: unknown) => daemon.log.warn({ err: error }, 'a receipt was not written'))
  if (request.wait !== true) return { operation_id: operation, agent: id, state: 'queued', reason: null }
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), waitMs + 15_000).unref())
  const result = await Promise.race([settled, late])
  return result === null
    ? { operation_id: operation, agent: id, state: 'queued', reason: 'it is still not settled' }
    : { operation_id: operation, agent: id, ...result }
}

/** Asked a second time with `wait`: the receipt as soon as it is settled, or as it is then. */
export async function receiptWhenSettled(
  daemon: Daemon,
  operation: string,
  timeoutMs = DEFAULT_WAIT_MS,
): Promise<Receipt> {
  const { outbox } = daemon.parts
  await until(daemon, () => outbox.receipt(operation)?.state !== 'queued', timeoutMs)
  return outbox.receipt(operation)!
}
