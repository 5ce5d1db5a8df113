import type { RunEvent } from '../events.js'
import type { RunState } from '../state.js'
import type { Delivery, EscalationRecord } from '../../escalation/records.js'
import type { LayerId } from '../../ids.js'
import type { Fold } from './fold.js'

type EscalationEvent = Extract<RunEvent, { type: `escalation.${string}` }>
type Of<T extends EscalationEvent['type']> = Extract<EscalationEvent, { type: T }>

/** Closed ones; older ones stand in the journal alone. */
const KEPT = 500

export function reduceEscalation({ state, at }: Fold, event: EscalationEvent): void {
  if (event.type === 'escalation.opened') return opened(state, event)
  const one = findEscalation(state, event.escalation)
  if (one === undefined) return
  switch (event.type) {
    case 'escalation.raised':
      if (one.closedAt !== null || one.told.some(({ layer }) => layer === event.layer)) return
      return put(state, {
        ...one,
        told: [...one.told, { layer: event.layer, at }],
        deliveries: [...one.deliveries, ...pending(event.to, event.layer, at)],
      })
    case 'escalation.sending':
      return put(state, withDelivery(one, event, { state: 'sending', reason: null, at }))
    case 'escalation.sent':
      return put(state, withDelivery(one, event, { state: event.outcome, reason: event.reason, at }))
    case 'escalation.acked':
      if (one.closedAt === null && one.ackedAt === null)
        put(state, { ...one, ackedBy: event.by, ackedAt: at })
      return
    case 'escalation.closed':
      if (one.closedAt === null) put(state, { ...one, closedAt: at })
      return
    case 'escalation.reopened':
      if (one.closedAt !== null) put(state, { ...one, closedAt: null })
      return
  }
}

export function findEscalation({ escalations }: RunState, id: string): EscalationRecord | undefined {
  for (const one of escalations.values()) if (one.id === id) return one
  return undefined
}

/** Never twice for one cause: an open one is not opened again. */
function opened(state: RunState, { cause, layer, to, at }: Of<'escalation.opened'>): void {
  const known = state.escalations.get(cause.key)
  if (known !== undefined && known.closedAt === null) return
  state.escalationCount += 1
  // The latest stands last.
  state.escalations.delete(cause.key)
  put(state, {
    ...cause,
    id: `E${state.escalationCount}`,
    openedAt: at,
    told: [{ layer, at }],
    deliveries: pending(to, layer, at),
    ackedBy: null,
    ackedAt: null,
    closedAt: null,
  })
  dropOldest(state)
}

function dropOldest({ escalations }: RunState): void {
  let closed = [...escalations.values()].filter(({ closedAt }) => closedAt !== null).length
  for (const [key, { closedAt }] of escalations) {
    if (closed <= KEPT) return
    if (closedAt === null) continue
    escalations.delete(key)
    closed -= 1
  }
}

function put({ escalations }: RunState, next: EscalationRecord): void {
  escalations.set(next.key, next)
}

function pending(to: readonly string[], layer: LayerId, at: number): Delivery[] {
  return to.map((one) => ({ to: one, layer, state: 'pending', reason: null, at }))
}

function withDelivery(
  one: EscalationRecord,
  { layer, to }: { readonly layer: LayerId; readonly to: string },
  change: Pick<Delivery, 'state' | 'reason' | 'at'>,
): EscalationRecord {
  const isOver = (state: Delivery['state']) => state === 'sent' || state === 'failed' || state === 'uncertain'
  return {
    ...one,
    deliveries: one.deliveries.map((delivery) =>
      delivery.to === to && delivery.layer === layer && !isOver(delivery.state)
        ? { ...delivery, ...change }
        : delivery,
    ),
  }
}
