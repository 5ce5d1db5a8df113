/** One question to both builds: a figure that each of them answers in turn. */
import type { Pair } from '../support/ratio.js'

export interface Figure {
  readonly name: string
  readonly unit: string
  /** What a better build has. */
  readonly better: 'less' | 'more'
  readonly pairs: readonly Pair[]
}

/** A work tree in which `npm run build` was run. */
export interface Tree {
  readonly dir: string
  /** Its dist/orchestra.cjs. */
  readonly program: string
}

export type Trees = readonly [before: Tree, after: Tree]

export interface PairsOptions {
  readonly rounds: number
  readonly say: (text: string) => void
}

/**
 * Runs `measure` for both sides `rounds` times, one after the other; who begins changes with each round. A first round warms up
 * and is left out.
 */
export async function inPairs<T>(
  { rounds, say }: PairsOptions,
  measure: (side: 0 | 1) => Promise<T>,
): Promise<(readonly [T, T])[]> {
  const pairs: (readonly [T, T])[] = []
  for (let round = 0; round <= rounds; round++) {
    let pair: readonly [T, T]
    if (round % 2 === 0) {
      const before = await measure(0)
      pair = [before, await measure(1)]
    } else {
      const after = await measure(1)
      pair = [await measure(0), after]
    }
    if (round > 0) pairs.push(pair)
    say(`round ${round} of ${rounds}`)
  }
  return pairs
}

export function figure<T>(
  name: string,
  unit: string,
  samples: readonly (readonly [T, T])[],
  value: (sample: T) => number,
  better: Figure['better'] = 'less',
): Figure {
  return { name, unit, better, pairs: samples.map(([before, after]): Pair => [value(before), value(after)]) }
}
