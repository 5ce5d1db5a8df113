import { constants } from 'node:fs'
import { files } from './files.js'

export const MAX_BYTES = 1024 * 1024

export type TextFile =
  | { readonly ok: true; readonly text: string }
  | {
      readonly ok: false
      readonly message: string
      readonly missing: boolean
      /** What is wrong is its content; else there is no place in it to point at. */
      readonly content: boolean
    }

/** A whole UTF-8 text file of at most 1 MB. Never blocks on a pipe or reads a device; failures come back as a message. */
export async function readText(path: string): Promise<TextFile> {
  try {
    // A FIFO would hold a blocking open for ever.
    const descriptor = await files.open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const stat = await files.fstat(descriptor)
      if (stat.isDirectory()) return failed('is a directory, not a file')
      if (!stat.isFile()) return failed('is not an ordinary file')
      if (stat.size > MAX_BYTES) return badContent(`is too large: ${megabytes(stat.size)} MB, at most 1 MB`)
      const buffer = Buffer.alloc(MAX_BYTES + 1)
      let length = 0
      for (;;) {
        const { bytesRead } = await files.read(descriptor, buffer, length, buffer.length - length, null)
        length += bytesRead
        if (bytesRead === 0 || length === buffer.length) break
      }
      if (length > MAX_BYTES) return badContent('is too large: at most 1 MB')
      return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, length)) }
    } finally {
      await files.close(descriptor)
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return failed('there is no such file', true)
    if (code === 'EACCES' || code === 'EPERM') return failed('may not be read (permission denied)')
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return badContent('is not UTF-8 text')
    return failed(`cannot be read (${code ?? String(error)})`)
  }
}

function failed(message: string, missing = false): TextFile {
  return { ok: false, message, missing, content: false }
}

function badContent(message: string): TextFile {
  return { ok: false, message, missing: false, content: true }
}

function megabytes(bytes: number): string {
  return (bytes / MAX_BYTES).toFixed(1)
}
