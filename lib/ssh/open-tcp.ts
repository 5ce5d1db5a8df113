/** A TCP connection as patient as OpenSSH's, and as quick as a short deadline: the look-up and the connection apart. */
import { connect, isIP } from 'node:net'
import type { Socket } from 'node:net'
import { lookUpHere, type LookUp } from './look-up.js'
import type { ResolvedHost } from './resolved-host.js'
import { sshFailure } from './ssh-failure.js'

/** Resolvers behind a VPN were seen to need ten seconds. */
const LOOKUP_DEADLINE_MS = 30_000
/** Unless the configuration says ConnectTimeout. */
const CONNECT_DEADLINE_MS = 10_000
/** The kernel repeats a lost SYN after 1, 3, 7 s; another socket asks sooner, and the first that is answered counts. */
const ANOTHER_MS = 1500

export async function openTcp(
  host: ResolvedHost,
  signal: AbortSignal,
  lookUp: LookUp = lookUpHere,
): Promise<Socket> {
  const addresses = await addressesOf(host, signal, lookUp)
  return race(host, addresses, signal)
}

async function addressesOf(
  { hostName }: ResolvedHost,
  signal: AbortSignal,
  lookUp: LookUp,
): Promise<readonly string[]> {
  if (signal.aborted) throw sshFailure('given up', 'lost')
  if (isIP(hostName.replace(/%.*$/, '')) !== 0) return [hostName]
  const looking = lookUp(hostName)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          sshFailure(
            `looking up the name ${hostName} takes longer than ${LOOKUP_DEADLINE_MS / 1000} s`,
            'timeout',
          ),
        ),
      LOOKUP_DEADLINE_MS,
    )
    signal.addEventListener('abort', () => reject(sshFailure('given up', 'lost')), { once: true })
  })
  try {
    return await Promise.race([looking, late])
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (typeof code !== 'string' || !('syscall' in (error as object))) throw error
    throw sshFailure(`the name ${hostName} cannot be looked up (${code})`, 'no_tcp', { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

function race(host: ResolvedHost, addresses: readonly string[], signal: AbortSignal): Promise<Socket> {
  const where = `${host.hostName}:${host.port}`
  const deadlineMs = host.connectTimeoutMs ?? CONNECT_DEADLINE_MS
  return new Promise((resolve, reject) => {
    const sockets = new Set<Socket>()
    let next = 0
    const end = () => {
      clearTimeout(late)
      clearInterval(another)
      signal.removeEventListener('abort', abort)
      for (const socket of sockets) socket.destroy()
    }
    const fail = (message: string, cause?: unknown) => {
      end()
      reject(sshFailure(message, 'no_tcp', cause === undefined ? {} : { cause }))
    }
    const abort = () => fail(`${where}: given up`)
    const failed = (socket: Socket) => (error: NodeJS.ErrnoException) => {
      sockets.delete(socket)
      socket.destroy()
      // Each address has its turn before one that refuses is the last word.
      if (next < addresses.length) open()
      else if (sockets.size === 0) fail(`cannot connect to ${where}: ${error.code ?? error.message}`, error)
    }
    const open = () => {
      const address = addresses[next % addresses.length] ?? host.hostName
      next += 1
      const socket = connect({ host: address, port: host.port, noDelay: true })
      sockets.add(socket)
      const onError = failed(socket)
      socket.once('error', onError)
      socket.once('connect', () => {
        sockets.delete(socket)
        socket.off('error', onError)
        // ssh2 listens from its connect on; between the two an error must find somebody.
        socket.on('error', () => undefined)
        end()
        resolve(socket)
      })
    }
    const late = setTimeout(() => fail(`${where} does not answer`), deadlineMs)
    const another = setInterval(open, ANOTHER_MS)
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) return abort()
    open()
  })
}
