/** Who is to be told what now: each cause once a layer, the next layer when nobody has taken it on in time. */
import type { Action } from '../run/actions.js'
import { isDue, type Plan } from '../run/decide/plan.js'
import { agentState } from '../run/index/agent-state.js'
import { askedId, type LayerId } from '../ids.js'
import type { RunState } from '../run/state.js'
import type { Layout } from '../layout/model.js'
import { causeText, isUrgent } from './cause-text.js'
import { causesNow, type Found } from './causes.js'
import { layerOfCause, nextStep, recipientsOf, stepsFrom } from './ladder.js'
import { quietUntil } from './quiet.js'
import type { Delivery, EscalationRecord } from './records.js'

/** After everything else of a decision: what is still decided is no deadlock. */
export function decideEscalations(plan: Plan): void {
  const { state } = plan
  const { layout } = state
  if (layout === null || (layout.escalation.length === 0 && state.escalations.size === 0)) return
  const causes = layout.escalation.length === 0 ? [] : causesNow(plan)
  const present = new Set(causes.map(({ key }) => key))
  for (const cause of causes) openOrReopen(plan, layout, cause)
  for (const record of state.escalations.values()) {
    if (record.closedAt === null && !present.has(record.key)) close(plan, record)
    else if (record.closedAt === null) raise(plan, layout, record)
    deliver(plan, layout, record)
  }
}

/** What comes back so soon was not over: nobody is told again, and the ladder goes on from where it was. */
const COMES_BACK_MS = 600_000

function openOrReopen(plan: Plan, layout: Layout, cause: Found): void {
  const { state, now, actions } = plan
  const known = state.escalations.get(cause.key)
  if (known !== undefined && known.closedAt === null) return
  if (known !== undefined && now - known.closedAt! < COMES_BACK_MS) {
    actions.push(record(`reopen:${known.id}`, { type: 'escalation.reopened', escalation: known.id }))
    return
  }
  const [first] = stepsFrom(layout, layerOfCause(state, cause))
  if (first === undefined) return
  actions.push(
    record(`open:${cause.key}`, {
      type: 'escalation.opened',
      cause: { ...cause, urgent: isUrgent(state, cause), text: causeText(state, cause, plan.zone()) },
      layer: first.layer,
      to: [...new Set([...recipientsOf(state, first), ...approversOf(state, cause)])],
    }),
  )
}

function close(plan: Plan, { id, kind, subject }: EscalationRecord): void {
  if (!isKnown(plan, kind, subject)) return
  plan.actions.push(record(`close:${id}`, { type: 'escalation.closed', escalation: id }))
}

/** Of an agent on a machine that cannot be asked, the last word stands. */
function isKnown({ state }: Plan, kind: EscalationRecord['kind'], subject: string): boolean {
  if (kind.startsWith('machine_')) return state.machines.get(askedId(subject))?.state !== 'unknown'
  const agent = state.agents.get(askedId(subject))
  if (agent === undefined || state.phase === 'finished') return true
  const said = agentState(state, agent)
  return said !== 'unknown' && said !== 'starting'
}

function raise(plan: Plan, layout: Layout, one: EscalationRecord): void {
  if (one.ackedAt !== null) return
  const last = one.told.at(-1)
  const next = nextStep(layout, one.told)
  if (last === undefined || next === undefined) return
  const waits = layout.escalation.find(({ layer }) => layer === last.layer)?.afterMs ?? null
  if (!isDeaf(plan, layout, one, last.layer) && (waits === null || !isDue(plan, last.at + waits))) return
  // Who has heard of it is not told a second time.
  const heard = new Set(one.deliveries.filter(({ state }) => state !== 'failed').map(({ to: name }) => name))
  const to = recipientsOf(plan.state, next).filter((name) => !heard.has(name))
  plan.actions.push(
    record(`raise:${one.id}:${next.layer}`, {
      type: 'escalation.raised',
      escalation: one.id,
      layer: next.layer,
      to,
    }),
  )
}

/** Where nobody could be told, nobody is waited for. */
function isDeaf({ state }: Plan, { escalation }: Layout, one: EscalationRecord, at: LayerId): boolean {
  const step = escalation.find(({ layer }) => layer === at)
  const there = [
    ...(step === undefined ? [] : recipientsOf(state, step)),
    ...one.deliveries.filter(({ layer }) => layer === at).map(({ to }) => to),
  ]
  return there.every((name) => one.deliveries.every(({ to, state: is }) => to !== name || is === 'failed'))
}

/** Whoever may answer a gate and wants to be told hears of it at once, whatever the ladder. */
function approversOf({ layout, gates }: RunState, { kind, subject }: Found): string[] {
  const gate = kind === 'gate_waiting' ? gates.get(askedId(subject)) : undefined
  if (gate === undefined || layout === null) return []
  const { role } = gate.spec.quorum
  return layout.people
    .filter(({ notify, roles }) => notify && (role === null || roles.includes(role)))
    .map(({ id }) => `person:${id}`)
}

function deliver(plan: Plan, layout: Layout, one: EscalationRecord): void {
  for (const delivery of one.deliveries) {
    if (delivery.state !== 'pending' && delivery.state !== 'sending') continue
    if (delivery.state === 'pending' && !mayRing(plan, layout, delivery)) continue
    const { layer, to } = delivery
    plan.actions.push({
      key: `escalation.deliver:${one.id}:${layer}:${to}`,
      type: 'escalation.deliver',
      escalation: one.id,
      layer,
      to,
    })
  }
}

function mayRing(plan: Plan, { notify }: Layout, { to }: Delivery): boolean {
  if (to !== 'notify' && !to.startsWith('person:')) return true
  const end = quietUntil(notify.quiet, plan.now, plan.zone())
  return end === null || isDue(plan, end)
}

type Recorded = Extract<Action, { type: 'record' }>

function record(key: string, event: Recorded['event']): Recorded {
  return { key: `escalation.${key}`, type: 'record', event }
}
