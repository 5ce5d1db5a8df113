import { OrchestraError } from '../core/errors.js'
import { formatProblem, type Problem } from '../core/layout/problem.js'
import type { Layout } from '../core/layout/model.js'
import type { VerbContext } from './verb.js'
import { layoutOptions } from './daemon/layout-options.js'
import { layoutPath } from './layout-path.js'

/** The layout that a verb names, or an error with every problem in it. Warnings go to stderr. */
export async function loadNamed(
  c: VerbContext,
  given: string | undefined,
): Promise<{ layout: Layout; path: string; warnings: readonly Problem[] }> {
  const path = layoutPath(c, given)
  const { loadLayout } = await import('../config/load-layout.js')
  const loaded = await loadLayout(path, layoutOptions(c))
  if (!loaded.ok) {
    const count = loaded.problems.length
    throw new OrchestraError(
      `${loaded.problems.map(formatProblem).join('\n')}\n${count} ${count === 1 ? 'problem' : 'problems'}; nothing was changed`,
      { kind: 'usage' },
    )
  }
  return { layout: loaded.layout, path, warnings: loaded.warnings }
}
