import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

const MAX_BYTES = 1024 * 1024

/**
 * The text of an ordinary file of at most 1 MB, at once: whatever else stands there (a FIFO, a device, a directory, a huge
 * file) is an error. For small files that a verb must look at; layouts as such are read by `config/read-text.ts`.
 */
export function readPlainFile(path: string): string {
  // A blocking open of a FIFO would wait for its writer forever.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stat = fstatSync(descriptor)
    if (!stat.isFile()) throw new Error(`${path} is not an ordinary file`)
    if (stat.size > MAX_BYTES) throw new Error(`${path} is too large`)
    const buffer = Buffer.alloc(stat.size)
    let length = 0
    while (length < buffer.length) {
      const bytes = readSync(descriptor, buffer, length, buffer.length - length, null)
      if (bytes === 0) break
      length += bytes
    }
    return buffer.toString('utf8', 0, length)
  } finally {
    closeSync(descriptor)
  }
}
