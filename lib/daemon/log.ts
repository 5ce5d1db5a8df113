/** The daemon's own log: JSON lines in the session's directory, rotated once at 5 MB. The one sink, and it redacts. */
import { renameSync, statSync } from 'node:fs'
import { pino, type Logger } from 'pino'

export type { Logger } from 'pino'

const MAX_BYTES = 5 * 1024 * 1024

export function openLog(file: string): Logger {
  try {
    if (statSync(file).size > MAX_BYTES) renameSync(file, `${file}.1`)
  } catch {
    // the first one
  }
  const destination = pino.destination({ dest: file, append: true, mkdir: true, sync: true, mode: 0o600 })
  destination.on('error', () => {}) // a full disk must not end the daemon
  return pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: ['env', '*.env', 'passphrase', '*.passphrase', '*.token', '*.text'], remove: true },
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  )
}
