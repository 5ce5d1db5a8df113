/** Compares two builds that were measured in pairs. Each pair was taken at the same time, so its ratio is free of the machine's load. */
import { median } from './statistics.js'

/** The figure of the build before, and of the build after. */
export type Pair = readonly [before: number, after: number]

export interface Ratio {
  readonly before: number
  readonly after: number
  /** Median of after / before. */
  readonly ratio: number
  /** The median is between these two with at least 95 % confidence; null when there are too few pairs. */
  readonly interval: readonly [number, number] | null
}

export function ratioOf(pairs: readonly Pair[]): Ratio {
  const ratios = pairs.map(([before, after]) => after / before).toSorted((a, b) => a - b)
  const k = outside(ratios.length)
  const [low, high] = [ratios[k - 1], ratios.at(-k)]
  return {
    before: median(pairs.map(([before]) => before)),
    after: median(pairs.map(([, after]) => after)),
    ratio: median(ratios),
    interval: k === 0 || low === undefined || high === undefined ? null : [low, high],
  }
}

/**
 * The rank k (from 1) such that the k-th smallest and the k-th largest of `count` samples enclose the median with at least 95 %
 * confidence. It supposes no distribution: each sample is above the median with probability 1/2. Returns 0 for fewer than six.
 */
function outside(count: number): number {
  let [k, below, chance] = [0, 0, 0.5 ** count]
  for (let i = 0; i < count / 2; i++) {
    below += chance
    if (below > 0.025) break
    k = i + 1
    chance *= (count - i) / (i + 1)
  }
  return k
}
