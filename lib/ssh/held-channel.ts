import { randomBytes } from 'node:crypto'
import type { Client, ClientChannel } from 'ssh2'
import type { OrchestraError } from '../core/errors.js'
import { execFailed, unreachable } from '../core/exec-error.js'
import { shellLine, shellQuote } from '../core/shell-quote.js'
import type { HeldProcess } from '../exec/transport.js'

const OPEN_DEADLINE_MS = 10_000
const MAX_NOISE_BYTES = 256 * 1024
const TAIL_BYTES = 4096

export interface HoldContext {
  readonly client: Client
  /** Calls back when the connection is gone; returns what unsubscribes. */
  readonly onLost: (listener: () => void) => () => void
  /** For messages. */
  readonly name: string
  /** Called once, when the session channel is gone or was never had. */
  readonly release: () => void
}

/**
 * Starts argv on a session channel, without a terminal, in HOME. The login shell only sees `exec sh -c '…'`; what its
 * rc files print is dropped up to our mark, so that stdout begins with the program's own first byte. Rejects with
 * reason `channel_limit` when the server refuses one more channel.
 */
export async function holdChannel(argv: readonly string[], context: HoldContext): Promise<HeldProcess> {
  const mark = randomBytes(12).toString('hex')
  const script = `cd; echo ${mark}; exec ${shellLine(argv)}`
  let opened: { readonly channel: ClientChannel; readonly held: HeldProcess }
  try {
    opened = await openChannel(`exec sh -c ${shellQuote(script)}`, context)
  } catch (error) {
    context.release()
    throw error
  }
  const { channel, held } = opened
  try {
    await skipNoise(channel, Buffer.from(`${mark}\n`), held, context)
    return held
  } catch (error) {
    held.kill()
    throw error
  }
}

/** Listened to at once: how a short program ended may come in the same packet as the channel. */
function openChannel(
  command: string,
  context: HoldContext,
): Promise<{ readonly channel: ClientChannel; readonly held: HeldProcess }> {
  const { client, onLost, name } = context
  return new Promise((resolve, reject) => {
    let isGivenUp = false
    const giveUp = (error: OrchestraError) => {
      settle()
      isGivenUp = true
      reject(error)
    }
    const settle = () => {
      clearTimeout(timer)
      unsubscribe()
    }
    const timer = setTimeout(() => {
      giveUp(
        unreachable(`${name} did not open a channel in time`, { delivered: 'unknown', reason: 'deadline' }),
      )
    }, OPEN_DEADLINE_MS)
    const unsubscribe = onLost(() => giveUp(lost(name)))
    try {
      client.exec(command, (error, channel) => {
        if (isGivenUp) {
          // Nobody waits for it any more.
          if (error === undefined) channel.destroy()
          return
        }
        settle()
        if (error === undefined) resolve({ channel, held: wrap(channel, context) })
        else giveUp(refusal(error, name))
      })
    } catch (cause) {
      giveUp(unreachable(`${name} is not connected`, { delivered: 'not_sent', reason: 'lost', cause }))
    }
  })
}

function lost(name: string): OrchestraError {
  return unreachable(`${name} was lost`, { delivered: 'unknown', reason: 'lost' })
}

function refusal(error: Error & { reason?: unknown }, name: string): OrchestraError {
  if (error.reason === undefined) {
    return execFailed(`${name} refused to run a command`, {
      delivered: 'not_sent',
      reason: 'exec_refused',
      cause: error,
      hint: 'The account may be limited to one command (ForceCommand, sftp only).',
    })
  }
  return execFailed(`${name} allows no further channel`, {
    delivered: 'not_sent',
    reason: 'channel_limit',
    cause: error,
    hint: 'Its sshd has a low MaxSessions; orchestra works best with 4 or more.',
  })
}

function wrap(channel: ClientChannel, { onLost, release }: HoldContext): HeldProcess {
  let tail = Buffer.alloc(0)
  channel.stderr.on('data', (chunk: Buffer) => {
    tail = Buffer.from(Buffer.concat([tail, chunk.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES))
  })
  for (const stream of [channel, channel.stderr]) stream.on('error', () => undefined)
  let exit: { exitCode: number | null; signal: string | null } = { exitCode: null, signal: null }
  channel.on('exit', (code: number | null, signal?: string) => {
    exit = { exitCode: code, signal: signal ?? null }
  })
  const closed = new Promise<typeof exit>((resolve) => {
    const unsubscribe = onLost(() => resolve(exit))
    channel.once('close', () => {
      unsubscribe()
      resolve(exit)
    })
  })
  void closed.then(release)
  let isKilled = false
  return {
    stdin: channel,
    stdout: channel,
    stderr: channel.stderr,
    stderrTail: () => tail.toString('utf8'),
    closed,
    kill() {
      if (isKilled) return
      isKilled = true
      // Unread output would keep the channel from ever being closed.
      channel.resume()
      channel.end()
      channel.close()
    },
  }
}

/** Drops what comes before the mark and gives the rest back to the stream. */
function skipNoise(
  channel: ClientChannel,
  mark: Buffer,
  held: HeldProcess,
  context: HoldContext,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = Buffer.alloc(0)
    const settle = (error?: OrchestraError) => {
      clearTimeout(timer)
      unsubscribe()
      channel.off('readable', onReadable)
      if (error === undefined) resolve()
      else reject(error)
    }
    const fail = (why: string) => {
      const said = `${seen.subarray(-300).toString('utf8')}\n${held.stderrTail().slice(-300)}`.trim()
      settle(
        execFailed(`${context.name} ${why}${said === '' ? '' : `: ${said}`}`, {
          delivered: 'unknown',
          reason: 'login_shell',
          hint: 'The login shell must be able to run `exec sh -c …`, and its rc files must come to an end.',
        }),
      )
    }
    const timer = setTimeout(() => fail('did not start sh in time'), OPEN_DEADLINE_MS)
    const unsubscribe = context.onLost(() => settle(lost(context.name)))
    const onReadable = () => {
      for (
        let chunk = channel.read() as Buffer | null;
        chunk !== null;
        chunk = channel.read() as Buffer | null
      ) {
        seen = Buffer.concat([seen, chunk])
        const at = seen.indexOf(mark)
        if (at !== -1) {
          const rest = seen.subarray(at + mark.length)
          settle()
          if (rest.length > 0) channel.unshift(rest)
          return
        }
        if (seen.length > MAX_NOISE_BYTES) {
          fail('prints without end before it starts sh')
          return
        }
      }
    }
    channel.on('readable', onReadable)
    void held.closed.then(() => fail('did not start sh'))
  })
}
