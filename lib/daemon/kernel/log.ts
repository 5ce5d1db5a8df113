/** The daemon's own log: JSON lines in the session's directory, 5 MB and the 5 MB before. The one sink, and it redacts. */
import { renameSync, statSync } from 'node:fs'
import { pino, type Logger } from 'pino'

export type { Logger } from 'pino'

const MAX_BYTES = 5 * 1024 * 1024

export interface DaemonLog {
  readonly log: Logger
  /** Begins a new file when the present one is long, or was removed. */
  readonly rotate: () => void
}

export function openLog(file: string): DaemonLog {
  if (isLong(file)) putAway(file)
  const destination = pino.destination({ dest: file, append: true, mkdir: true, sync: true, mode: 0o600 })
  destination.on('error', () => {}) // a full disk must not end the daemon
  const log = pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: ['env', '*.env', 'passphrase', '*.passphrase', '*.token', '*.text'], remove: true },
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  )
  const rotate = () => {
    const isThere = statSync(file, { throwIfNoEntry: false }) !== undefined
    if (isThere && !isLong(file)) return
    if (isThere) putAway(file)
    destination.reopen()
  }
  return { log, rotate }
}

function isLong(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > MAX_BYTES
}

function putAway(file: string): void {
  try {
    renameSync(file, `${file}.1`)
  } catch {
    // It grows on.
  }
}
