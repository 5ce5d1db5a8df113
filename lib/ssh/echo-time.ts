/** How long a byte takes to a program that gives everything back, and to come back. */
import type { HeldProcess } from '../exec/transport.js'

const EVERY_MS = 5000

/** Measures at once, then every five seconds, until the program ends. Returns what asks for the latest time. */
export function echoTime(held: HeldProcess): () => number | null {
  let latest: number | null = null
  let sentAt: number | null = null
  const measure = () => {
    if (sentAt !== null) return
    sentAt = performance.now()
    held.stdin.write('\n')
  }
  held.stdout.on('data', () => {
    if (sentAt === null) return
    latest = Math.round((performance.now() - sentAt) * 10) / 10
    sentAt = null
  })
  const timer = setInterval(measure, EVERY_MS)
  void held.closed.then(() => clearInterval(timer))
  measure()
  return () => latest
}
