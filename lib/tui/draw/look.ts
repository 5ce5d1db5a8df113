import type { Millis } from '../../core/time.js'
import type { Theme } from '../../core/view/glyphs.js'

/** How and when a frame is drawn. */
export interface Look extends Theme {
  readonly cols: number
  readonly rows: number
  readonly now: Millis
  /** Minutes east of UTC. */
  readonly offsetMin: number
}
