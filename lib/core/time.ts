/** Milliseconds since the epoch (or since any fixed start, in the simulator). */
export type Millis = number

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** `10s`, `5m`, `1h30m` → milliseconds; undefined when the text is no duration. */
export function parseDuration(text: string): Millis | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined
  let total = 0
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(number) * UNIT_MS[unit as keyof typeof UNIT_MS]
  }
  return Number.isFinite(total) ? Math.round(total) : undefined
}

/** Milliseconds → the two largest units, as people say it: `850ms`, `12s`, `3m05s`, `2h10m`, `4d03h`. */
export function formatDuration(ms: Millis): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))}ms`
  const s = Math.floor(ms / 1000)
  if (s < 60) return `${s}s`
  const pad = (n: number) => String(n).padStart(2, '0')
  if (s < 3600) return `${Math.floor(s / 60)}m${pad(s % 60)}s`
  const h = Math.floor(s / 3600)
  if (h < 24) return `${h}h${pad(Math.floor((s % 3600) / 60))}m`
  return `${Math.floor(h / 24)}d${pad(h % 24)}h`
}
