/** SshLinks of one spec, stopped together; and the ways to wait for them. */
import type { ResolvedHost } from '../../lib/ssh/resolved-host.js'
import { OrchestraError } from '../../lib/core/errors.js'
import type { LinkState } from '../../lib/exec/transport.js'
import { SshLink } from '../../lib/ssh/ssh-link.js'
import type { SshLinkOptions } from '../../lib/ssh/ssh-link.js'
import type { SshTarget } from '../../lib/ssh/ssh-target.js'
import type { TestClient } from './sshd.js'

const started = new Set<SshLink>()

export function startLink(
  target: Pick<SshTarget, 'host' | 'port'> & Partial<SshTarget>,
  client: TestClient,
  options: SshLinkOptions = {},
): SshLink {
  const full: SshTarget = { user: null, identityFile: null, jump: null, ...target }
  const link = new SshLink(full, { home: client.home, env: client.env, ...options })
  started.add(link)
  link.start()
  return link
}

export async function stopLinks(): Promise<void> {
  await Promise.all([...started].map((link) => link.stop()))
  started.clear()
}

/** Waits until the link is in one of these states and returns it. */
export function reaches<S extends LinkState['status']>(
  link: SshLink,
  ...statuses: S[]
): Promise<LinkState & { readonly status: S }> {
  type Wanted = LinkState & { readonly status: S }
  const matches = (state: LinkState): state is Wanted => (statuses as string[]).includes(state.status)
  return new Promise((resolve, reject) => {
    if (matches(link.state)) {
      resolve(link.state)
      return
    }
    const timer = setTimeout(() => {
      unsubscribe()
      reject(new Error(`wanted ${statuses.join(' or ')}, still ${JSON.stringify(link.state)}`))
    }, 25_000)
    const unsubscribe = link.onChange((state) => {
      if (!matches(state)) return
      clearTimeout(timer)
      unsubscribe()
      resolve(state)
    })
  })
}

export async function failureOf(promise: Promise<unknown>): Promise<OrchestraError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof OrchestraError) return error
    throw error
  }
  throw new Error('it did not fail')
}

/** A host of which ssh's configuration says nothing but its name and port. */
export function resolvedHost(hostName: string, port: number): ResolvedHost {
  return {
    name: hostName,
    hostName,
    port,
    connectTimeoutMs: null,
    user: 'u',
    identityFiles: [],
    login: ['m'],
    identitiesAreChosen: false,
    identitiesOnly: false,
    agentSocket: null,
    proxyJump: null,
    proxyCommand: null,
    hostKeyAlias: null,
    knownHostsFiles: [],
  }
}
