import { isUnreachable, OrchestraError } from '../core/errors.js'

/** What is thrown for a request that failed: where its answer was lost, `hint` is added, with the command that asks again safely. */
export function lostAnswer(error: unknown, hint: string): unknown {
  if (!isUnreachable(error)) return error
  const { message, kind, hint: own, details } = error as OrchestraError
  return new OrchestraError(message, {
    kind,
    hint: [own, hint].filter(Boolean).join(' '),
    cause: error,
    details,
  })
}
