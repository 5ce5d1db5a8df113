import { randomBytes } from 'node:crypto'
import type { Client, ClientChannel } from 'ssh2'
import type { OrchestraError } from '../core/errors.js'
import { execFailed, unreachable } from '../core/exec-error.js'
import type { HeldProcess } from '../exec/transport.js'
import { lost, quietLine, skipNoise } from './skip-noise.js'

const OPEN_DEADLINE_MS = 10_000
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
  let held: HeldProcess
  try {
    held = await openChannel(quietLine(argv, mark), context)
  } catch (error) {
    context.release()
    throw error
  }
  try {
    await skipNoise(held, Buffer.from(`${mark}\n`), context)
    return held
  } catch (error) {
    held.kill()
    throw error
  }
}

/** Listened to at once: how a short program ended may come in the same packet as the channel. */
function openChannel(command: string, context: HoldContext): Promise<HeldProcess> {
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
        if (error === undefined) resolve(wrap(channel, context))
        else giveUp(refusal(error, name))
      })
    } catch (cause) {
      giveUp(unreachable(`${name} is not connected`, { delivered: 'not_sent', reason: 'lost', cause }))
    }
  })
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
