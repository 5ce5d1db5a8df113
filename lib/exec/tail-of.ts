import type { Readable } from 'node:stream'

const TAIL_BYTES = 4096

/** Drains a stream for ever and returns a function that gives the last 4 KB of it as text. */
export function tailOf(stream: Readable): () => string {
  let tail = Buffer.alloc(0)
  stream.on('data', (chunk: Buffer) => {
    const kept = chunk.length >= TAIL_BYTES ? tail.subarray(0, 0) : tail.subarray(chunk.length - TAIL_BYTES)
    tail = Buffer.concat([kept, chunk.subarray(-TAIL_BYTES)])
  })
  stream.on('error', () => undefined)
  return () => tail.toString('utf8')
}
