import type { LoadOptions } from '../config/load-layout.js'
import type { HomePaths } from '../home/paths.js'

/** As whoever started the daemon would read it. */
export function layoutOptions(paths: HomePaths): LoadOptions {
  return { env: process.env, configDir: paths.config, cwd: process.env['ORCHESTRA_CWD'] ?? '/' }
}
