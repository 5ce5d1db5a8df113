import type { Daemon } from '../daemon.js'

/** Resolves when `isSo`, looked at after each change, or when the time is over. */
export async function until(daemon: Daemon, isSo: () => boolean, timeoutMs: number): Promise<void> {
  if (isSo()) return
  await new Promise<void>((resolve) => {
    const finish = () => {
      clearTimeout(timer)
      unsubscribe()
      resolve()
    }
    const timer = setTimeout(finish, timeoutMs)
    const unsubscribe = daemon.subscribe(() => {
      if (isSo()) finish()
    })
  })
}
