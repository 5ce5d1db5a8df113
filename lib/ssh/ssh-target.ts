import { OrchestraError } from '../core/errors.js'

/** Where to connect. null: as `~/.ssh/config` says. */
export interface SshTarget {
  /** A name of `~/.ssh/config`, or a host name or address. */
  readonly host: string
  readonly user: string | null
  readonly port: number | null
  readonly identityFile: string | null
  /** The hop before: another target, or `[user@]host[:port]` (several with commas, nearest first). */
  readonly jump: SshTarget | string | null
}

// No leading `-`, nothing that a shell or ssh's own tokens would read.
const HOST = /^[A-Za-z0-9_:][A-Za-z0-9_.:-]{0,252}(%[A-Za-z0-9_.-]{1,32})?$/
// What OpenSSH takes on its command line: no shell reads it, neither here nor there.
const USER = /^(?!-)[^\u0000-\u001f\u007f'`";&<>|(){}]{1,256}(?<![\\\s])$/u

/** `[user@]host[:port]`, with IPv6 addresses in brackets when a port follows. undefined: it is none. */
export function parseDestination(text: string): SshTarget | undefined {
  const match = /^(?:(?<user>[^/]+)@)?(?:\[(?<v6>[^\]]+)\]|(?<host>[^@[\]]+?))(?::(?<port>\d{1,5}))?$/.exec(
    text.replace(/^ssh:\/\//, ''),
  )
  if (match?.groups === undefined) return undefined
  const { user, v6, host, port } = match.groups
  const isBareV6 = v6 === undefined && (host ?? '').includes(':')
  const target: SshTarget = {
    host: v6 ?? (isBareV6 && port !== undefined ? `${host}:${port}` : (host ?? '')),
    user: user ?? null,
    port: port === undefined || isBareV6 ? null : Number(port),
    identityFile: null,
    jump: null,
  }
  return isValid(target) ? target : undefined
}

/** `a,b` means: first a, then b, then the machine. */
export function parseJump(text: string): SshTarget | undefined {
  let jump: SshTarget | null = null
  for (const part of text.split(',')) {
    const hop = parseDestination(part.trim())
    if (hop === undefined) return undefined
    jump = { ...hop, jump }
  }
  return jump ?? undefined
}

/** Throws an OrchestraError(kind 'usage') for what must not reach ssh, a shell or a message. */
export function mustBeValid(target: Pick<SshTarget, 'host' | 'user' | 'port'>): void {
  if (isValid(target)) return
  const { host, user, port } = target
  const what = !HOST.test(host)
    ? `host ${JSON.stringify(host)}`
    : user !== null && !USER.test(user)
      ? `user ${JSON.stringify(user)}`
      : `port ${port}`
  throw new OrchestraError(`ssh cannot be given the ${what}`, {
    kind: 'usage',
    hint: 'Hosts are letters, digits, dots, dashes and underscores; users have no quotes, brackets, `;`, `&`, `|`; neither starts with a dash.',
    details: { delivered: 'not_sent', reason: 'bad_config' },
  })
}

function isValid({ host, user, port }: Pick<SshTarget, 'host' | 'user' | 'port'>): boolean {
  const portIsFine = port === null || (Number.isInteger(port) && port > 0 && port < 65_536)
  return HOST.test(host) && (user === null || USER.test(user)) && portIsFine
}
