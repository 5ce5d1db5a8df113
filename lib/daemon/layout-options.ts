import type { LoadOptions } from '../config/load-layout.js'
import type { HomePaths } from '../home/paths.js'

/** As whoever started the daemon would read it; our own word to it is no variable of theirs. */
export function layoutOptions(paths: HomePaths): LoadOptions {
  const { ORCHESTRA_CWD: cwd = '/', ...env } = process.env
  return { env, configDir: paths.config, cwd }
}
