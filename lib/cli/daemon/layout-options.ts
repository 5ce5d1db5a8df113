import type { LoadOptions } from '../../config/load-layout.js'
import { packageRoot } from '../../home/package-root.js'
import { homePaths } from '../../home/paths.js'
import type { VerbContext } from '../verb.js'

/** A layout as the person who typed the verb means it. */
export function layoutOptions({ env, cwd }: VerbContext): LoadOptions {
  return { env, configDir: homePaths(env).config, packageDir: packageRoot(), cwd }
}
