import type { Layout } from '../layout/model.js'
import type { PhaseSpec } from './plan-specs.js'

export function phaseNamed(state: { readonly layout: Layout | null }, id: string): PhaseSpec | undefined {
  return state.layout?.phases.find((phase) => phase.id === id)
}
