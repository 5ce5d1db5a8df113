import type { PlanStep } from '../protocol/api.js'

export function planStep(
  action: PlanStep['action'],
  kind: PlanStep['kind'],
  subject: string,
  more: Partial<Omit<PlanStep, 'action' | 'kind' | 'subject'>> = {},
): PlanStep {
  return { action, kind, subject, machine: null, command: null, why: null, ...more }
}

/** A change, as against what is left alone or only connected to. */
export function isChange({ action, kind }: PlanStep): boolean {
  return action !== 'leave' && kind !== 'connect'
}
