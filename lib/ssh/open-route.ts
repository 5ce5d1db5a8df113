import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import { OrchestraError } from '../core/errors.js'
import { HANDSHAKE_DEADLINE_MS, handshake } from './handshake.js'
import { hostVerifier } from './host-verifier.js'
import { loadIdentities } from './identities.js'
import type { KeyRing } from './key-ring.js'
import type { LookUp } from './look-up.js'
import type { ResolvedHost, SshSurroundings } from './resolved-host.js'
import { openTcp } from './open-tcp.js'
import { Semaphore } from './semaphore.js'
import { resolveHost } from './ssh-config.js'
import { sshFailure } from './ssh-failure.js'
import { parseJump } from './ssh-target.js'
import type { SshTarget } from './ssh-target.js'

const MAX_HOPS = 5

export interface RouteDeps extends SshSurroundings {
  readonly keyRing: KeyRing
  readonly lookUp?: LookUp | undefined
  /** Nothing goes on until a person opens a key: called with what to say meanwhile. */
  readonly waits?: (why: OrchestraError) => void
}

/** An open connection to the last hop, and what ends all of it. */
export interface Route {
  readonly client: Client
  /** Calls back once when any hop is gone, with the reason as far as one is known. Returns what unsubscribes. */
  readonly onLost: (listener: (reason: string) => void) => () => void
  destroy(): void
}

/** sshd refuses many unauthenticated connections at once, a shared jump host first of all: so many to each address. */
const CONNECTS = 6
const connects = new Map<string, Semaphore>()
/** At once in all: each handshake costs some 20 ms of our only thread. */
const handshakes = new Semaphore(24)

function connectsTo({ hostName, port }: ResolvedHost): Semaphore {
  const address = `${hostName}:${port}`
  const known = connects.get(address) ?? new Semaphore(CONNECTS)
  connects.set(address, known)
  return known
}

/**
 * Opens the way to a machine, hop by hop: every hop with the same check of its key, the same deadlines and keepalive.
 * Rejects with an OrchestraError; `isFinal` tells whether trying again makes sense.
 * When `signal` aborts, what is being opened is destroyed.
 */
export async function openRoute(target: SshTarget, deps: RouteDeps, signal: AbortSignal): Promise<Route> {
  const hops = await resolveHops(target, deps)
  const asked = new Set<string>()
  const first = hops[0]
  for (;;) {
    const release = first === undefined ? undefined : await connectsTo(first).acquire()
    try {
      return await openHops(hops, deps, signal)
    } catch (error) {
      const locked = lockedAt(error, asked)
      if (locked === undefined) throw error
      release?.()
      asked.add(locked)
      // A person may take a minute; nothing is open and no place is taken meanwhile.
      deps.waits?.(error as OrchestraError)
      await deps.keyRing.unlock(locked)
    } finally {
      release?.()
    }
  }
}

/** Nearest hop first. */
async function resolveHops(target: SshTarget, deps: RouteDeps): Promise<ResolvedHost[]> {
  const hops: ResolvedHost[] = []
  for (let next: SshTarget | null = target; next !== null;) {
    if (hops.length >= MAX_HOPS) throw sshFailure(`the way to ${target.host} has too many hops`, 'bad_config')
    const host: ResolvedHost = await resolveHost(next, deps)
    hops.unshift(host)
    const jump: SshTarget | string | null = next.jump ?? host.proxyJump
    if (jump === null && host.proxyCommand !== null) {
      throw sshFailure(`${host.name} is reached by a ProxyCommand, which ssh2 cannot run`, 'unsupported', {
        hint: 'Write `transport: openssh` for this machine in the layout, or use ProxyJump instead.',
      })
    }
    const hop: SshTarget | null | undefined = typeof jump === 'string' ? parseJump(jump) : jump
    if (hop === undefined) throw sshFailure(`not a jump host: ${JSON.stringify(jump)}`, 'bad_config')
    next = hop
  }
  return hops
}

async function openHops(hops: readonly ResolvedHost[], deps: RouteDeps, signal: AbortSignal): Promise<Route> {
  const clients: Client[] = []
  const destroy = () => {
    for (const client of clients) client.destroy()
  }
  const { gone, onLost } = loss()
  onLost(destroy)
  try {
    for (const host of hops) {
      const identities = await loadIdentities(host, deps.keyRing)
      const verifier = await hostVerifier(host)
      const before = clients.at(-1)
      const stream =
        before === undefined ? await openTcp(host, signal, deps.lookUp) : await openThrough(before, host)
      const abort = () => stream.destroy()
      signal.addEventListener('abort', abort)
      try {
        if (signal.aborted) abort()
        const done = await handshakes.acquire()
        const client = await handshake(stream, host, identities, verifier).finally(() => done?.())
        clients.push(client)
        client.on('error', (error) => gone(`${host.name}: ${error.message}`))
        client.once('close', () => gone(`${host.name} closed the connection`))
      } catch (error) {
        throw withLocked(error, identities.locked)
      } finally {
        signal.removeEventListener('abort', abort)
      }
    }
  } catch (error) {
    destroy()
    throw error
  }
  const client = clients.at(-1)
  if (client === undefined) throw sshFailure('there is no hop', 'bad_config')
  return { client, onLost, destroy }
}

/** A promise would keep every stream that ever waited for it. */
function loss(): { gone: (reason: string) => void; onLost: Route['onLost'] } {
  const listeners = new Set<(reason: string) => void>()
  let lost: string | undefined
  return {
    gone(reason) {
      if (lost !== undefined) return
      lost = reason
      for (const listener of listeners) listener(reason)
      listeners.clear()
    },
    onLost(listener) {
      if (lost !== undefined) listener(lost)
      else listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function openThrough(client: Client, host: ResolvedHost): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const where = `${host.hostName}:${host.port} through the jump host`
    const fail = (why: string) => reject(sshFailure(`cannot connect to ${where}: ${why}`, 'no_tcp'))
    const timer = setTimeout(() => fail('no answer'), HANDSHAKE_DEADLINE_MS)
    try {
      client.forwardOut('127.0.0.1', 0, host.hostName, host.port, (error, channel) => {
        clearTimeout(timer)
        if (error) fail(error.message)
        else resolve(channel)
      })
    } catch (error) {
      clearTimeout(timer)
      fail((error as Error).message)
    }
  })
}

function withLocked(error: unknown, locked: readonly string[]): unknown {
  if (!(error instanceof OrchestraError) || error.details['reason'] !== 'auth') return error
  const { message, kind, hint } = error
  return new OrchestraError(message, {
    kind,
    cause: error.cause,
    ...(hint === undefined ? {} : { hint }),
    details: { ...error.details, locked },
  })
}

/** The next key file that a person could open so that the host lets us in. */
function lockedAt(error: unknown, asked: ReadonlySet<string>): string | undefined {
  if (!(error instanceof OrchestraError)) return undefined
  const locked = error.details['locked'] as readonly string[] | undefined
  return locked?.find((path) => !asked.has(path))
}
