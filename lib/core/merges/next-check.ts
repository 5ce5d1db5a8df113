/**
 * What a batch needs next. It is verified as a whole, red once more (a flaky test), then halved until the link is found that
 * makes it red; every red answer that decides is asked for twice. What is green lands exactly as it was verified.
 */
import type { MergeBatch } from './records.js'

export type BatchStep =
  /** The first so many links are verified. */
  | { readonly type: 'verify'; readonly links: number }
  | { readonly type: 'land'; readonly links: number }
  /** Link `breaker` (from 1) on top of the first so many links: whom does it not go with? */
  | { readonly type: 'probe'; readonly links: number; readonly breaker: number }
  /** `partner`: the link (from 1) with which it is red; 0: it is red alone. */
  | { readonly type: 'reject'; readonly breaker: number; readonly partner: number }
  /** The target itself is red. */
  | { readonly type: 'hold' }

/** `hasChecks`: without commands there is nothing that could be red. */
export function nextCheck(batch: MergeBatch, hasChecks: boolean): BatchStep {
  const all = batch.links.length
  if (batch.landing !== null) return { type: 'land', links: batch.landing }
  if (!hasChecks) return { type: 'land', links: all }
  const is = (links: number) => outcome(batch.runs, links)
  if (is(all) === 'green') return { type: 'land', links: all }
  if (is(all) !== 'red') return { type: 'verify', links: all }
  // All of it is red, and the target is taken to be green until the breaker is the first.
  let green = 0
  let red = all
  while (red - green > 1) {
    const middle = (green + red) >> 1
    const found = is(middle)
    if (found === 'green') green = middle
    else if (found === 'unknown') return { type: 'verify', links: middle }
    else red = middle
  }
  if (is(red) === 'red once') return { type: 'verify', links: red }
  if (green === 0) {
    const base = is(0)
    if (base === 'unknown' || base === 'red once') return { type: 'verify', links: 0 }
    return base === 'red' ? { type: 'hold' } : { type: 'reject', breaker: red, partner: 0 }
  }
  if (batch.landed < green) return { type: 'land', links: green }
  return nextProbe(batch, green, red)
}

/** Alone first; then the fewest links with which it is red. */
function nextProbe(batch: MergeBatch, green: number, breaker: number): BatchStep {
  const is = (links: number) => batch.probes.find((probe) => probe.links === links)?.ok
  const alone = is(0)
  if (alone === undefined) return { type: 'probe', links: 0, breaker }
  if (!alone) return { type: 'reject', breaker, partner: 0 }
  let low = 0
  let high = green
  while (high - low > 1) {
    const middle = (low + high) >> 1
    const ok = is(middle)
    if (ok === undefined) return { type: 'probe', links: middle, breaker }
    if (ok) low = middle
    else high = middle
  }
  return { type: 'reject', breaker, partner: high }
}

/** Green counts whenever it was seen; red when it was seen twice. */
function outcome(runs: MergeBatch['runs'], links: number): 'green' | 'red' | 'red once' | 'unknown' {
  const found = runs.filter((run) => run.links === links)
  if (found.some(({ ok }) => ok)) return 'green'
  if (found.length === 0) return 'unknown'
  return found.length === 1 ? 'red once' : 'red'
}
