import type { LoadOptions } from '../../config/load-layout.js'
import type { RawEnvironment } from '../../core/environment/environment.js'
import { packageRoot } from '../../home/package-root.js'
import type { HomePaths } from '../../home/paths.js'

/** As the shell of `up` would read it; our own word to the daemon is not a variable of that shell. */
export function layoutOptions(paths: HomePaths, shell: RawEnvironment = process.env): LoadOptions {
  const { ORCHESTRA_CWD: cwd, ...env } = shell
  return { env, configDir: paths.config, packageDir: packageRoot(), ...(cwd === undefined ? {} : { cwd }) }
}
