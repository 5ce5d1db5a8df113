/** A layout counts only if everything that it ends was agreed to: looked at and applied in one turn. */
import { homedir } from 'node:os'
import { OrchestraError } from '../../core/errors.js'
import type { Layout } from '../../core/layout/model.js'
import type { Principal } from '../../core/principal.js'
import type { Consent, PlanStep } from '../../core/protocol/api.js'
import { layoutPlan } from '../../core/view/plan-steps.js'
import type { Daemon } from '../daemon.js'

/** `more`: steps that somebody else looked at, of the view. Returns all that the layout changes. */
export function applyAgreed(
  daemon: Daemon,
  layout: Layout,
  { consent, by }: { readonly consent: Consent; readonly by: Principal },
  more: readonly PlanStep[] = [],
): readonly PlanStep[] {
  const steps = [...more, ...layoutPlan(layout, daemon.loop.state, daemon.clock.now(), homedir())]
  const asks = steps.filter((step) => step.asks !== undefined)
  // All of them, not only the new ones: an answer is to a list that was shown whole.
  if (asks.some((step) => !isAgreed(consent, step.asks))) throw notAgreed(asks)
  daemon.applyLayout(layout, by)
  return steps
}

export function isAgreed(consent: Consent, key: string | undefined): boolean {
  return key === undefined || consent === 'all' || consent.includes(key)
}

function notAgreed(asks: readonly PlanStep[]): OrchestraError {
  return new OrchestraError('this would end what runs; nothing was changed', {
    kind: 'refused',
    hint: '`--yes` does it all the same.',
    details: { asks },
  })
}
