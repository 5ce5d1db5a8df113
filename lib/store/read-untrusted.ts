import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs'
import process from 'node:process'

export type UntrustedText =
  | { readonly ok: true; readonly text: string }
  /** `missing` is no trouble; everything else deserves a note. */
  | { readonly ok: false; readonly reason: string; readonly missing: boolean }

const MAX_BYTES = 256 * 1024

/**
 * A small local file that an agent may have put there, or something else in its place: a link, a FIFO, a device, a
 * directory, another user's file, ten gigabytes. Never waits, never reads more than the limit; the file may change
 * meanwhile. Bytes that are no UTF-8 become U+FFFD.
 */
export function readUntrusted(path: string, maxBytes = MAX_BYTES): UntrustedText {
  let fd: number
  try {
    // Looked at before it is opened: opening alone may wake a device.
    if (!lstatSync(path).isFile()) return refused('not a regular file')
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY)
  } catch (error) {
    return unreadable(error)
  }
  try {
    const stat = fstatSync(fd)
    if (!stat.isFile()) return refused('not a regular file')
    if (stat.uid !== (process.getuid?.() ?? stat.uid)) return refused("somebody else's file")
    if (stat.size > maxBytes) return refused(`larger than ${maxBytes} bytes`)
    const bytes = Buffer.alloc(maxBytes + 1)
    let length = 0
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      read = readSync(fd, bytes, length, bytes.length - length, length)
    }
    // It has grown since we asked for its size.
    if (length > maxBytes) return refused(`larger than ${maxBytes} bytes`)
    return { ok: true, text: bytes.toString('utf8', 0, length) }
  } catch (error) {
    return unreadable(error)
  } finally {
    closeSync(fd)
  }
}

function unreadable(error: unknown): UntrustedText {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR') return { ok: false, reason: 'missing', missing: true }
  return refused(code === 'ELOOP' ? 'a symbolic link' : `cannot be read (${code ?? 'unknown'})`)
}

function refused(reason: string): UntrustedText {
  return { ok: false, reason, missing: false }
}
