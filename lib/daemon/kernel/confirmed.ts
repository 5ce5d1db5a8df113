import { fix } from '../../core/fixes.js'
import { OrchestraError } from '../../core/errors.js'
import type { Loop } from './loop.js'

/** A person who asked hears something by then. */
const ANSWER_MS = 10_000
const LOOK_MS = 100

/**
 * As `settled`, for somebody who waits for an answer: rejects as soon as the store is in trouble, or after a while. What was
 * asked for may still happen then, and the error says so.
 */
export function confirmed(loop: Pick<Loop, 'settled' | 'storeProblem'>): Promise<void> | null {
  const gate = loop.settled()
  if (gate === null) return null
  const until = performance.now() + ANSWER_MS
  return new Promise((resolve, reject) => {
    const look = () => {
      const problem = loop.storeProblem
      if (problem === null && performance.now() < until) return
      clearInterval(timer)
      reject(unconfirmed(problem ?? `no answer for ${ANSWER_MS / 1000} s`))
    }
    const timer = setInterval(look, LOOK_MS)
    const end = () => clearInterval(timer)
    gate.then(end, end)
    gate.then(resolve, reject)
  })
}

function unconfirmed(problem: string): OrchestraError {
  return new OrchestraError(`the store does not confirm what was asked or is known: ${problem}`, {
    kind: 'failed',
    hint: `It is tried again by itself, and may still happen: look with \`${fix('status.look')}\` before you ask again.`,
    details: { store: 'unconfirmed' },
  })
}
