/** `Estimate: 3h`, `見積: 2 days`, `[P0]`: small facts in texts. */
import { TIERS, type Tier } from '../../phases/plan-specs.js'
import type { GithubSpec } from '../spec.js'
import type { Millis } from '../../time.js'

const HOUR = 3_600_000
/** A day of an estimate is a day of work. */
const UNITS: Readonly<Record<string, Millis>> = {
  m: 60_000,
  h: HOUR,
  d: 8 * HOUR,
  w: 40 * HOUR,
  分: 60_000,
  時: HOUR,
  日: 8 * HOUR,
  週: 40 * HOUR,
}
const AMOUNT =
  /^\s*[~≈約]?\s*(\d{1,4}(?:\.\d{1,2})?)\s*(?:[-–~〜]\s*(\d{1,4}(?:\.\d{1,2})?)\s*)?(minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w|分|時間|日|週間?)(?![a-z])/iu
const LINE =
  /(?:^|[\s(（|,;*_])(?:estimate[ds]?|est|effort|見積(?:もり|り)?|工数)\.?[*_]{0,2}\s{0,3}[:：=][*_]{0,2}\s{0,3}(.{1,40})/iu

const BOTH = /^\s*(\d{1,4})\s?h\s?(\d{1,2})\s?m(?:in)?(?![a-z])/iu

/** Of `2-3 days` the longer one. */
export function parseEstimate(text: string): Millis | null {
  const [, hours, minutes] = BOTH.exec(text) ?? []
  if (hours !== undefined) return Number(hours) * HOUR + Number(minutes) * 60_000
  const [, from, to, unit] = AMOUNT.exec(text) ?? []
  const size = UNITS[unit?.[0]?.toLowerCase() ?? '']
  return from === undefined || size === undefined ? null : Math.round(Number(to ?? from) * size)
}

export function estimateInLine(line: string): Millis | null {
  const [, value] = LINE.exec(line) ?? []
  return value === undefined ? null : parseEstimate(value)
}

/** `[P0]` in a title or a line. */
export function bracketTier(text: string): Tier | null {
  const [, name] = /[[（(【](P\d)(?:[-–: ][^\])）】]{0,30})?[\])）】]/iu.exec(text) ?? []
  return tierNamed(name ?? '')
}

export function tierNamed(name: string): Tier | null {
  return TIERS.find((tier) => tier === name.trim().toUpperCase()) ?? null
}

/** A label or a cell: `P0`, `P0-Critical`, `🔴 P1`. The layout's own names come first. */
export function tierOfLabel(label: string, names: GithubSpec['tierLabels']): Tier | null {
  const own = names.find((one) => one.label.toLowerCase() === label.trim().toLowerCase())?.tier
  if (own !== undefined) return own
  const [, found] = /(?:^|[^\p{L}\p{N}])(P[0-2])(?![\p{L}\p{N}])/iu.exec(label) ?? []
  return tierNamed(found ?? '')
}

/** A title without its numbers, marks and `[P0]`. */
export function plainTitle(text: string): string {
  return text
    .replace(/[[（(【]P\d(?:[-–: ][^\])）】]{0,30})?[\])）】]/giu, ' ')
    .replace(/\[[ xX]\]|[✅☑✔⏳🔄🚧🔴🟠🟡🟢⬜❌⏸]\ufe0f?|\*\*|__|~~|`/gu, ' ')
    .replace(/^[\s:：\-–—|.]+|[\s:：\-–—|(（,;]+$/gu, '')
    .replace(/\s+/gu, ' ')
    .trim()
}
