/** A process that writes until it is killed (or so often as it is told, and ends), and says what was acknowledged. */
import process from 'node:process'
import { note, open } from './fixtures.js'

const store = await open(process.argv[2] as string)
process.stdout.write(`open ${store.lastSeq}\n`)
const most = Number(process.argv[3] ?? Infinity)
for (let n = 0; n < most; n += 1) {
  const seq = store.append([note(`n${n}`), note(`m${n}`)])
  // Synchronous for a pipe on POSIX: what was printed was acknowledged.
  process.stdout.write(`${seq}\n`)
}
store.close({ isEnding: true })
