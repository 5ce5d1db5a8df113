import { access } from 'node:fs/promises'
import ssh2 from 'ssh2'
import type { AnyAuthMethod, BaseAgent, IdentityCallback, ParsedKey } from 'ssh2'
import type { KeyRing } from './key-ring.js'
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

/** What we can show to a host: chosen key files, the agent, the usual key files. Asks nobody. */
export async function loadIdentities(host: ResolvedHost, ring: KeyRing): Promise<Identities> {
  const methods: AnyAuthMethod[] = []
  const locked: string[] = []
  const notes: string[] = []
  const publicKeys: Buffer[] = []
  const keyMethods: AnyAuthMethod[] = []
  for (const path of host.identityFiles) {
    const file = await ring.read(path)
    if (file.kind === 'key') {
      keyMethods.push({ type: 'publickey', username: host.user, key: file.key })
      notes.push(`tried ${path}`)
      publicKeys.push(Buffer.from(file.key.getPublicSSH()))
    } else if (file.kind === 'locked') locked.push(path)
    else if (file.kind === 'unusable') notes.push(`cannot use ${path}: ${file.why}`)
    else if (host.identitiesAreChosen) notes.push(`there is no ${path}`)
    if (await exists(`${path}-cert.pub`)) notes.push(`${path}-cert.pub: certificates are not supported`)
  }
  const agent = await agentMethod(host, publicKeys, notes)
  if (host.identitiesAreChosen) methods.push(...keyMethods, ...agent)
  else methods.push(...agent, ...keyMethods)
  return { methods, locked, notes }
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
  const said = [...notes, ...locked.map((path) => `${path} needs its passphrase`)]
  const tried = said.length === 0 ? 'there is no key to show' : said.join(', ')
  return sshFailure(`${host.user}@${host.name} did not let us in: ${tried}${needed}`, 'auth', {
    hint:
      locked.length > 0
        ? `Give the key to the agent: ssh-add ${locked[0]}`
        : `Let a key in: ssh-copy-id${host.port === 22 ? '' : ` -p ${host.port}`} ${host.user}@${host.hostName}; then \`orchestra up\` tries again`,
  })
}

async function agentMethod(
  host: ResolvedHost,
  publicKeys: readonly Buffer[],
  notes: string[],
): Promise<AnyAuthMethod[]> {
  if (host.agentSocket === null) return []
  if (!(await exists(host.agentSocket))) {
    notes.push('the ssh-agent is gone')
    return []
  }
  const agent = ssh2.createAgent(host.agentSocket)
  notes.push('tried the ssh-agent')
  return [
    { type: 'agent', username: host.user, agent: host.identitiesOnly ? onlyKeys(agent, publicKeys) : agent },
  ]
}

/** IdentitiesOnly: of the agent's keys those alone that are named. */
function onlyKeys(agent: BaseAgent, publicKeys: readonly Buffer[]): BaseAgent {
  const all = agent.getIdentities.bind(agent)
  agent.getIdentities = (callback: IdentityCallback<ParsedKey>) =>
    all((error, keys) => {
      const blob = (key: ParsedKey) => Buffer.from(key.getPublicSSH())
      const named = keys?.filter((key) => publicKeys.some((known) => known.equals(blob(key as ParsedKey))))
      callback(error ?? undefined, named as ParsedKey[])
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
