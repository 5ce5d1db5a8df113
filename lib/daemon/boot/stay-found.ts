/** A sweep of the state directory, or of XDG_RUNTIME_DIR at a logout, takes away the two files by which we are found. */
import { existsSync } from 'node:fs'

export interface WayToUs {
  readonly path: string
  /** Makes it again, with its directory. */
  readonly restore: () => void | Promise<void>
}

const LOOK_MS = 1000

/** Looks after them until the returned function is called. */
export function stayFound(ways: readonly WayToUs[], report: (error: unknown) => void): () => void {
  let isBusy = false
  let ended = false
  const look = async () => {
    for (const { path, restore } of ways) if (!ended && !existsSync(path)) await restore()
  }
  const timer = setInterval(() => {
    if (isBusy) return
    isBusy = true
    look()
      .catch(report)
      .finally(() => (isBusy = false))
  }, LOOK_MS)
  timer.unref()
  return () => {
    ended = true
    clearInterval(timer)
  }
}
