import { createHash } from 'node:crypto'
import type { Principal } from '../../core/principal.js'
import type { AgentRecord } from '../../core/run/state.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Outbox } from './outbox.js'

export interface QueueNeeds {
  readonly kernel: Pick<Kernel, 'store' | 'loop' | 'clock' | 'log'>
  readonly outbox: Outbox
}

/** Puts a message of ours on its way to an agent, once an operation: asked for again after a crash, nothing happens. */
export function queueMessage(
  { kernel: { store, loop, clock, log }, outbox }: QueueNeeds,
  { spec: { id } }: AgentRecord,
  { operation, text, by }: { readonly operation: string; readonly text: string; readonly by: Principal },
): void {
  if (store.facts.receipt(operation) !== null) return
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 32)
  // No terminal takes a NUL, and the store would end the text at it.
  outbox.put(operation, text.replaceAll('\0', ''))
  const bytes = Buffer.byteLength(text)
  loop.dispatch({ type: 'message.queued', at: clock.now(), agent: id, operation, digest, bytes, by })
  outbox
    .deliver(id, operation, null)
    .catch((error: unknown) => log.warn({ err: error, operation }, 'a receipt was not written'))
}
