import { loadLayout } from '../config/load-layout.js'
import { OrchestraError } from '../core/errors.js'
import type { Layout } from '../core/layout/model.js'
import { formatProblem } from '../core/layout/problem.js'
import type { HomePaths } from '../home/paths.js'

export interface ReadLayout {
  readonly layout: Layout
  readonly warnings: readonly string[]
}

/** Rejects `usage` with every problem of the file. */
export async function readLayout(path: string, paths: HomePaths): Promise<ReadLayout> {
  const loaded = await loadLayout(path, {
    env: process.env,
    configDir: paths.config,
    cwd: process.env['ORCHESTRA_CWD'] ?? '/',
  })
  if (loaded.ok) return { layout: loaded.layout, warnings: loaded.warnings.map(formatProblem) }
  throw new OrchestraError(loaded.problems.map(formatProblem).join('\n'), {
    kind: 'usage',
    hint: 'Nothing was changed.',
  })
}
