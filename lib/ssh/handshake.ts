import type { Duplex } from 'node:stream'
import ssh2 from 'ssh2'
import type { AuthenticationType, Client } from 'ssh2'
import type { OrchestraError } from '../core/errors.js'
import type { HostVerifier } from './host-verifier.js'
import { authFailure } from './identities.js'
import type { Identities } from './identities.js'
import type { ResolvedHost } from './resolved-host.js'
import { explainSshError, sshFailure } from './ssh-failure.js'

export const HANDSHAKE_DEADLINE_MS = 10_000
const KEEPALIVE_MS = 1000
const KEEPALIVE_COUNT = 3

type Ssh2Error = Error & { level?: string; code?: string }

/**
 * One SSH connection over a stream that is already open. Resolves when we are let in; the first error of any kind ends
 * it (a hostile banner raises thousands). Host key before authentication, agent forwarding never.
 */
export function handshake(
  stream: Duplex,
  host: ResolvedHost,
  identities: Identities,
  verifier: HostVerifier,
): Promise<Client> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client()
    const methods = [...identities.methods]
    let refusal: OrchestraError | null = null
    let offered: readonly string[] | null = null
    let isAuthenticating = false

    const fail = (error: Error) => {
      reject(error)
      client.destroy()
      stream.destroy()
    }
    client.on('error', (error: Ssh2Error) => {
      // The agent could not sign: ssh2 goes on with the next key.
      if (error.level === 'agent') return
      if (refusal !== null) fail(refusal)
      else if (error.level === 'client-authentication' || (isAuthenticating && isDisconnect(error))) {
        fail(authFailure(host, identities, offered))
      } else fail(explainSshError(error, host.name))
    })
    client.once('handshake', () => {
      isAuthenticating = true
    })
    client.once('close', () =>
      fail(
        isAuthenticating
          ? authFailure(host, identities, offered)
          : explainSshError(new Error('closed before handshake'), host.name),
      ),
    )
    client.once('ready', () => resolve(client))
    try {
      client.connect({
        sock: stream,
        username: host.user,
        readyTimeout: HANDSHAKE_DEADLINE_MS,
        keepaliveInterval: KEEPALIVE_MS,
        keepaliveCountMax: KEEPALIVE_COUNT,
        strictVendor: false,
        algorithms: { serverHostKey: verifier.algorithms },
        hostVerifier: (key: Buffer) => {
          refusal = verifier.check(key)
          return refusal === null
        },
        authHandler: (left: AuthenticationType[] | null, _partial, next) => {
          offered = left ?? offered
          next(methods.shift() ?? (left === null ? { type: 'none', username: host.user } : (false as never)))
        },
      })
    } catch (cause) {
      fail(sshFailure(`cannot connect to ${host.name}: ${(cause as Error).message}`, 'bad_config', { cause }))
    }
  })
}

/** The server's own goodbye carries its reason number: 2 after too many keys, 14 when it has no method left. */
function isDisconnect(error: Ssh2Error): boolean {
  const code: unknown = error.code
  return code === 2 || code === 14
}
