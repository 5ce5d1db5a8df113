/** What the output of a command is called in `logs/` of the run directory. Ids hold no dot, so no agent's log is hit. */

/** `T.1.run` → `T.1`, `T.1.verify-2` → `T.1.verify-2`. @param key of the job */
export function outputName(key: string): string {
  return key.replace(/\.run$/, '').replace(/[^A-Za-z0-9_.-]/g, '-')
}
