import type { Stage } from './stage.js'

/** Again and again while the weather is rough, at random times. */
export function every(stage: Stage, mean: number, act: () => void): void {
  if (mean === Infinity) return
  const next = () => stage.clock.after(stage.random.between(1, 2 * mean), again)
  const again = () => {
    if (!stage.isRough()) return
    act()
    next()
  }
  next()
}
