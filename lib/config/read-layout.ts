import { OrchestraError } from '../core/errors.js'
import type { Layout } from '../core/layout/model.js'
import { formatProblem } from '../core/layout/problem.js'
import type { LoadOptions } from './load-layout.js'

/** Plain data: whoever has read the layout can hand it on as JSON. */
export interface ReadLayout {
  readonly layout: Layout
  readonly warnings: readonly string[]
  /** Of its file, where the layout follows from that and the options alone; see `LayoutReader`. */
  readonly onlyText: string | null
}

/** Rejects `usage` with every problem of the file. What it takes to read one is loaded when one is read. */
export async function readLayout(path: string, options: LoadOptions): Promise<ReadLayout> {
  const { loadLayout } = await import('./load-layout.js')
  const loaded = await loadLayout(path, options)
  if (loaded.ok) {
    const { layout, warnings, onlyText } = loaded
    return { layout, warnings: warnings.map(formatProblem), onlyText }
  }
  throw new OrchestraError(loaded.problems.map(formatProblem).join('\n'), {
    kind: 'usage',
    hint: 'Nothing was changed.',
  })
}
