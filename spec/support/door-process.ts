/** A door in a process of its own, before a journal that grows by a thousand events a second. Its parent tells it when, and hears its memory. */
import { note, withTcp } from './socket-rig.js'

const BURST = 100
const EVERY_MS = 100

export interface DoorNews {
  readonly port: number
  /** Of the last event. */
  readonly seq: number
  readonly rss: number
}

await withTcp(async ({ port, append }) => {
  let seq = 0
  const tell = () => process.send?.({ port, seq, rss: process.memoryUsage().rss } satisfies DoorNews)
  tell()
  const filler = 'x'.repeat(400)
  await new Promise<void>((done) => {
    process.once('disconnect', done)
    setInterval(() => {
      // The clock of the machine, which both processes read.
      for (let i = 0; i < BURST; i++) {
        append(note(`${process.hrtime.bigint()} ${filler}`))
        seq += 1
      }
      if (seq % 1000 === 0) tell()
    }, EVERY_MS)
  })
  process.exit(0)
})
