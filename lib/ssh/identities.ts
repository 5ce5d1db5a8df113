import { fix } from '../core/fixes.js'
import { existsSync } from 'node:fs'
import { access } from 'node:fs/promises'
import ssh2 from 'ssh2'
import type { AnyAuthMethod, BaseAgent, IdentityCallback, ParsedKey } from 'ssh2'
import type { KeyRing } from './key-ring.js'
import { publicHalf } from './public-half.js'
import type { ResolvedHost } from './resolved-host.js'
import { sshFailure } from './ssh-failure.js'

export interface Identities {
  /** In the order in which they are offered. */
  readonly methods: readonly AnyAuthMethod[]
  /** Encrypted key files that were not opened yet. */
  readonly locked: readonly string[]
  /** For the message when nothing was accepted. */
  readonly notes: readonly string[]
}

/**
 * What we can show to a host, in OpenSSH's order: keys of the agent that the configuration names, the named files, the
 * agent's other keys (not with IdentitiesOnly). Asks nobody.
 */
export async function loadIdentities(host: ResolvedHost, ring: KeyRing): Promise<Identities> {
  const locked: string[] = []
  const notes: string[] = []
  const named: Buffer[] = []
  const keyMethods: AnyAuthMethod[] = []
  for (const path of host.identityFiles) {
    const file = await ring.read(path)
    const half = await publicHalf(path)
    if (half !== null) named.push(half)
    if (file.kind === 'key') {
      keyMethods.push({ type: 'publickey', username: host.user, key: file.key })
      notes.push(`tried ${path}`)
    } else if (file.kind === 'locked') locked.push(path)
    else if (half !== null)
      notes.push(`of ${path} there is the public half; the ssh-agent would need the key`)
    else if (file.kind === 'unusable') notes.push(`cannot use ${path}: ${file.why}`)
    else if (host.identitiesAreChosen) notes.push(`there is no ${path}`)
    if (await exists(`${path}-cert.pub`))
      notes.push(`${path}-cert.pub: certificates need \`transport: openssh\` on the machine in the layout`)
  }
  const agent = (keep: KeyFilter) => agentMethod(host, keep)
  const isNamed: KeyFilter = (key) => named.some((known) => known.equals(key))
  const fromAgent = await agent(isNamed)
  if (host.agentSocket !== null)
    notes.push(
      fromAgent.length === 0 ? `the ssh-agent at ${host.agentSocket} is gone` : 'tried the ssh-agent',
    )
  const others = host.identitiesOnly ? [] : await agent((key) => !isNamed(key))
  return { methods: [...fromAgent, ...keyMethods, ...others], locked, notes }
}

/** The failure when a host took none of them. */
export function authFailure(
  host: ResolvedHost,
  identities: Identities,
  offered: readonly string[] | null,
): Error {
  const { locked, notes } = identities
  const needed =
    offered !== null && !offered.includes('publickey') ? `; it only accepts ${offered.join(', ')}` : ''
  const isGone = host.agentSocket !== null && notes.some((note) => note.endsWith('is gone'))
  const said = [...notes, ...locked.map((path) => `${path} needs its passphrase`)]
  const tried = said.length === 0 ? 'there is no key to show' : said.join(', ')
  const takesPasswords = offered?.some((way) => way === 'password' || way === 'keyboard-interactive') ?? true
  return sshFailure(`${host.user}@${host.name} did not let us in: ${tried}${needed}`, 'auth', {
    hint:
      locked[0] !== undefined
        ? `Give the key to the agent: ${addToAgent(host, locked[0])}; then \`${fix('ssh.up-again')}\` from that shell`
        : isGone
          ? `Run \`${fix('ssh.up-again')}\` from a shell with a living ssh-agent (\`${fix('ssh.list-keys')}\` lists its keys): the daemon then uses that one`
          : letIn(host, takesPasswords),
  })
}

function addToAgent({ agentSocket }: ResolvedHost, key: string): string {
  return agentSocket === null ? fix('ssh.start-agent', key) : fix('ssh.add-key', key)
}

/** ssh-copy-id logs in with a password. Where none is taken, only somebody who is in can let a key in. */
function letIn(host: ResolvedHost, takesPasswords: boolean): string {
  const key = host.identityFiles.find((path) => existsSync(`${path}.pub`))
  const make = key === undefined ? `Make a key: ${fix('ssh.make-key', newKey(host))}. ` : ''
  const half = `${key ?? newKey(host)}.pub`
  return takesPasswords
    ? `${make}Let a key in: ${fix('ssh.copy-key', half, ...host.login)}; then \`${fix('ssh.up-again')}\` tries again`
    : `${make}It takes no passwords: append ${half} to ~/.ssh/authorized_keys of ${host.user} there; then \`${fix('ssh.up-again')}\` tries again`
}

function newKey({ identityFiles }: ResolvedHost): string {
  return identityFiles[0] ?? '~/.ssh/id_ed25519'
}

type KeyFilter = (publicKey: Buffer) => boolean

async function agentMethod(host: ResolvedHost, keep: KeyFilter): Promise<AnyAuthMethod[]> {
  if (host.agentSocket === null || !(await exists(host.agentSocket))) return []
  const agent = onlyKeys(ssh2.createAgent(host.agentSocket), keep)
  return [{ type: 'agent', username: host.user, agent }]
}

function onlyKeys(agent: BaseAgent, keep: KeyFilter): BaseAgent {
  const all = agent.getIdentities.bind(agent)
  agent.getIdentities = (callback: IdentityCallback<ParsedKey>) =>
    all((error, keys) => {
      const kept = keys?.filter((key) => keep(Buffer.from((key as ParsedKey).getPublicSSH())))
      callback(error ?? undefined, kept as ParsedKey[])
    })
  return agent
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
