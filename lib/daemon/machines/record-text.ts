/** Small files that agents and launchers leave on their machine, as text: bounded, never through a link. */
import type { ReadFile } from '../../exec/host-files.js'

export const RECORD_BYTES = 64 * 1024

export function textOf(file: ReadFile | undefined): string | null {
  return file?.kind === 'file' && !file.truncated ? file.bytes.toString('utf8') : null
}

const REFUSED = { link: 'a link', not_regular: 'no regular file', unreadable: 'not readable' } as const

/** null: it was read, or is not there. */
export function whyNotRead(name: string, file: ReadFile | undefined): string | null {
  if (file?.kind === 'refused') return `${name} is ${REFUSED[file.why]}`
  return file?.kind === 'file' && file.truncated ? `${name} is larger than ${RECORD_BYTES / 1024} KB` : null
}
