/** The layers of an escalation, and who stands on each. Pure lookups over a layout. */
import { askedId, type LayerId } from '../ids.js'
import type { Layout } from '../layout/model.js'
import type { RunState } from '../run/state.js'
import type { EscalationStep } from './spec.js'
import type { Cause } from './records.js'

type Ladder = Pick<Layout, 'layers' | 'escalation'>

/** Steps from the first that is told to the last: upwards in `layers:`. */
export function stepsFrom(layout: Ladder, start: LayerId | null): readonly EscalationStep[] {
  const upwards = layout.layers
    .toReversed()
    .flatMap(({ id }) => layout.escalation.find((s) => s.layer === id) ?? [])
  if (start === null) return upwards
  const order = layout.layers.map(({ id }) => id)
  const from = order.indexOf(start)
  const above = upwards.filter(({ layer }) => order.indexOf(layer) <= from)
  // Below the lowest layer of the ladder, or above its highest: somebody must be told all the same.
  return above.length > 0 ? above : upwards
}

export function nextStep(
  layout: Ladder,
  told: readonly { readonly layer: LayerId }[],
): EscalationStep | undefined {
  const last = told.at(-1)?.layer
  if (last === undefined) return undefined
  const order = layout.layers.map(({ id }) => id)
  return stepsFrom(layout, last).find(({ layer }) => order.indexOf(layer) < order.indexOf(last))
}

/** The layer of the attempt's machine; null: the cause has no attempt. */
export function layerOfCause(state: RunState, { attempt }: Pick<Cause, 'attempt'>): LayerId | null {
  const machine = attempt === null ? undefined : state.attempts.get(attempt)?.machine
  return machine === undefined ? null : (state.machines.get(machine)?.spec.layer ?? null)
}

/** A role means the agents and the people who have it; nobody twice. */
export function recipientsOf(state: RunState, { to }: EscalationStep): string[] {
  const people = state.layout?.people ?? []
  const found = new Set<string>()
  for (const name of to) {
    if (name === 'notify' || name === 'github') found.add(name)
    else if (state.agents.get(askedId(name))?.wanted === 'running') found.add(`agent:${name}`)
    else if (people.some(({ id }) => id === name)) found.add(`person:${name}`)
    else {
      for (const { spec, wanted } of state.agents.values())
        if (spec.role === name && wanted === 'running') found.add(`agent:${spec.id}`)
      for (const { id, roles } of people) if (roles.includes(name)) found.add(`person:${id}`)
    }
  }
  return [...found]
}
