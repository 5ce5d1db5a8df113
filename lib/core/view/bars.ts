import type { Theme } from './glyphs.js'
import { span, type Line, type Tone } from './spans.js'

const STEPS = '▁▂▃▄▅▆▇█'
const ASCII_STEPS = '_.-=+*%#'

/** A bar of exactly `width` columns; half a column is the smallest step. Full only when `ratio` is 1. */
export function bar(ratio: number, width: number, tone: Tone, theme: Theme): Line {
  const part = Math.min(1, Math.max(0, Number.isFinite(ratio) ? ratio : 0))
  if (width <= 0) return []
  if (theme.ascii) {
    const filled = part === 1 ? width : Math.min(width - 1, Math.round(part * width))
    return [span('#'.repeat(filled), tone), span('.'.repeat(width - filled), 'quiet')]
  }
  const halves = part === 1 ? width * 2 : Math.min(width * 2 - 1, Math.round(part * width * 2))
  const whole = Math.floor(halves / 2)
  const rest = halves % 2 === 1 ? '╸' : ''
  return [span('━'.repeat(whole) + rest, tone), span('─'.repeat(width - whole - rest.length), 'quiet')]
}

/** The last `width` values as columns of height; the highest value (at least `top`) is a full block. */
export function sparkline(values: readonly number[], width: number, theme: Theme, top = 1): string {
  const steps = theme.ascii ? ASCII_STEPS : STEPS
  const shown = values.slice(-width)
  const most = Math.max(top, ...shown)
  return shown
    .map((value) => {
      const step = Math.round((Math.max(0, value) / most) * (steps.length - 1))
      return steps[Number.isFinite(step) ? step : 0] ?? ' '
    })
    .join('')
}

/** `7%`, `100%`; 100 only when all is done. */
export function percent(ratio: number): string {
  if (ratio >= 1) return '100%'
  return `${Math.min(99, Math.max(0, Math.floor(ratio * 100 + 1e-9)))}%`
}
