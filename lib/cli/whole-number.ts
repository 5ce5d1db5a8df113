import { OrchestraError } from '../core/errors.js'

interface Wanted {
  /** The numbers that are taken (default: all). */
  readonly form?: RegExp
  /** The end of the message. */
  readonly words?: string
}

/** The digits that were given at `place` (`--lines`), checked. @throws OrchestraError(usage) for anything else */
export function wholeNumber(
  place: string,
  given: string | undefined,
  { form = /^\d+$/, words = 'a whole number is wanted' }: Wanted = {},
): string | undefined {
  if (given === undefined || form.test(given)) return given
  throw new OrchestraError(`${place} ${given}: ${words}`, { kind: 'usage' })
}

/** 1, 2, 3, … */
export const COUNTING = /^[1-9]\d{0,8}$/
