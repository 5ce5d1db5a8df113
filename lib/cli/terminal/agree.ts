/** What ends running work is done only after a yes to exactly the list that was shown. */
import { OrchestraError } from '../../core/errors.js'
import type { Consent, PlanStep } from '../../core/protocol/api.js'
import type { VerbContext } from '../verb.js'

/** Calls `request` until nothing is left to agree to. Rejects `refused` where nobody can be asked, or the answer is no. */
export async function agreed<T>(
  c: VerbContext,
  request: (consent: Consent | undefined) => Promise<T>,
): Promise<T> {
  let consent: Consent | undefined = c.flag('yes') ? 'all' : undefined
  for (;;) {
    try {
      return await request(consent)
    } catch (error) {
      const asks = asksOf(error)
      if (asks === null) throw error
      const { stepLines } = await import('../render/plan.js')
      const lines = asks.flatMap(stepLines)
      if (!c.interactive) throw notAgreed(lines)
      c.err(`${consent === undefined ? 'This' : 'It has changed: this'} ends what runs:\n`)
      for (const line of lines) c.err(`  ${line}\n`)
      const { askYesNo } = await import('./ask-yes-no.js')
      if (!(await askYesNo('Do it?', c))) {
        throw new OrchestraError('nothing was changed', { kind: 'refused' })
      }
      consent = asks.flatMap((step) => step.asks ?? [])
    }
  }
}

function asksOf(error: unknown): readonly PlanStep[] | null {
  if (!(error instanceof OrchestraError)) return null
  const asks = error.details['asks']
  return Array.isArray(asks) ? (asks as readonly PlanStep[]) : null
}

function notAgreed(lines: readonly string[]): OrchestraError {
  return new OrchestraError(['this ends what runs; nothing was changed:', ...lines].join('\n  '), {
    kind: 'refused',
    hint: '`--yes` does it all the same.',
  })
}
