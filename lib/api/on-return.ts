/** This process or its machine was asleep, and is back: links that stand may be dead, and say so in minutes only. */
const LOOK_MS = 1000
/** More than this between two looks is no load. */
const AWAY_MS = 10_000

/** Returns what ends that. */
export function onReturn(listener: () => void): () => void {
  let last = Date.now()
  const timer = setInterval(() => {
    const now = Date.now()
    // A clock that was set forward counts, too: coming back once more costs nothing.
    if (now - last > AWAY_MS) listener()
    last = now
  }, LOOK_MS)
  // After `fg`, or a shell that was continued.
  process.on('SIGCONT', listener)
  return () => {
    clearInterval(timer)
    process.off('SIGCONT', listener)
  }
}
