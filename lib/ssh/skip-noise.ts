import type { OrchestraError } from '../core/errors.js'
import { execFailed, unreachable } from '../core/exec-error.js'
import { shellLine, shellQuote } from '../core/shell-quote.js'
import type { HeldProcess } from '../exec/transport.js'

const OPEN_DEADLINE_MS = 10_000
const MAX_NOISE_BYTES = 256 * 1024

/**
 * The line for a login shell that starts argv in HOME and says `mark` on a line first: the shell only sees
 * `exec sh -c '…'`; what its rc files print comes before the mark.
 */
export function quietLine(argv: readonly string[], mark: string): string {
  return `exec sh -c ${shellQuote(`cd; echo ${mark}; exec ${shellLine(argv)}`)}`
}

export function lost(name: string): OrchestraError {
  return unreachable(`${name} was lost`, { delivered: 'unknown', reason: 'lost' })
}

/** Drops what comes before the mark and gives the rest back to the stream. */
export function skipNoise(
  held: HeldProcess,
  mark: Buffer,
  { name, onLost }: { readonly name: string; readonly onLost: (listener: () => void) => () => void },
): Promise<void> {
  const stream = held.stdout
  return new Promise((resolve, reject) => {
    let seen = Buffer.alloc(0)
    const settle = (error?: OrchestraError) => {
      clearTimeout(timer)
      unsubscribe()
      stream.off('readable', onReadable)
      if (error === undefined) resolve()
      else reject(error)
    }
    const fail = (why: string) => {
      const said = `${seen.subarray(-300).toString('utf8')}\n${held.stderrTail().slice(-300)}`.trim()
      settle(
        execFailed(`${name} ${why}${said === '' ? '' : `: ${said}`}`, {
          delivered: 'unknown',
          reason: 'login_shell',
          hint: 'The login shell must be able to run `exec sh -c …`, and its rc files must come to an end.',
        }),
      )
    }
    const timer = setTimeout(() => fail('did not start sh in time'), OPEN_DEADLINE_MS)
    const unsubscribe = onLost(() => settle(lost(name)))
    const onReadable = () => {
      for (
        let chunk = stream.read() as Buffer | null;
        chunk !== null;
        chunk = stream.read() as Buffer | null
      ) {
        seen = Buffer.concat([seen, chunk])
        const at = seen.indexOf(mark)
        if (at !== -1) {
          const rest = seen.subarray(at + mark.length)
          settle()
          if (rest.length > 0) stream.unshift(rest)
          return
        }
        if (seen.length > MAX_NOISE_BYTES) {
          fail('prints without end before it starts sh')
          return
        }
      }
    }
    stream.on('readable', onReadable)
    void held.closed.then(() => fail('did not start sh'))
  })
}
