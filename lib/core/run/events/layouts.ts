/** The layout as it is edited while it is up. */
import type { Layout } from '../../layout/model.js'
import { layoutShape } from '../../layout/layout-shape.js'
import { SOME_PERSON, type Principal } from '../../principal.js'
import { flag, since } from '../../shape.js'
import type { Forms } from './form.js'
import { principal } from './principal-shape.js'

export interface LayoutEvent {
  readonly type: 'layout.applied'
  readonly layout: Layout
  readonly revive: boolean
  readonly by: Principal
}

export const LAYOUT_EVENTS: Forms<LayoutEvent> = {
  'layout.applied': {
    fields: { layout: layoutShape, revive: flag, by: since(SOME_PERSON, principal) },
    line: ({ layout: { windows, agents, tasks } }) => [
      null,
      `layout applied: ${windows.length} windows, ${agents.length} agents, ${tasks.length} tasks`,
    ],
  },
}
