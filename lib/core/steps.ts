/** A long computation that lets its caller go on in between. */
export type Steps<T> = Generator<undefined, T, undefined>

/** Its result, at once. */
export function drained<T>(steps: Steps<T>): T {
  for (;;) {
    const next = steps.next()
    if (next.done === true) return next.value
  }
}
