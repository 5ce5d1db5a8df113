import { resolveLayout } from '../config/resolve-layout.js'
import { packageRoot } from '../home/package-root.js'
import { homePaths } from '../home/paths.js'
import type { VerbContext } from './verb.js'

/** The file that a LAYOUT argument names; absolute. */
export function layoutPath(c: VerbContext, given: string | undefined): string {
  return resolveLayout(given, {
    cwd: c.cwd,
    configDir: homePaths(c.env).config,
    packageDir: packageRoot(),
  })
}
