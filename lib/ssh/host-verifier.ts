import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { fix } from '../core/fixes.js'
import { assertNever } from '../core/assert-never.js'
import type { OrchestraError } from '../core/errors.js'
import type { ServerHostKeyAlgorithm } from 'ssh2'
import {
  checkHostKey,
  fingerprint,
  keyTypeOf,
  knownHostName,
  knownKeyTypes,
  parseKnownHosts,
} from './known-hosts.js'
import type { HostKeyVerdict, KnownHostLine } from './known-hosts.js'
import type { ResolvedHost } from './resolved-host.js'
import { sshFailure } from './ssh-failure.js'

export interface HostVerifier {
  /** null: this is the machine we know. Otherwise why we do not talk to it. */
  check(key: Buffer): OrchestraError | null
  /** Types that we know first: a server with several keys must not look changed. */
  readonly algorithms: ServerHostKeyAlgorithm[]
}

const ALGORITHMS: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
]

/** Reads the known_hosts files anew, so that a mended file counts at the next attempt. Never adds to them. */
export async function hostVerifier(host: ResolvedHost): Promise<HostVerifier> {
  const lines: KnownHostLine[] = []
  for (const file of host.knownHostsFiles) lines.push(...(await readKnownHosts(file)))
  // An alias stands for the machine whatever its port is, as with OpenSSH.
  const [name, port] = host.hostKeyAlias === null ? [host.hostName, host.port] : [host.hostKeyAlias, 22]
  const known = new Set(knownKeyTypes(lines, name, port))
  const isKnown = (algorithm: string) => known.has(algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm)
  return {
    algorithms: [...ALGORITHMS.filter(isKnown), ...ALGORITHMS.filter((algorithm) => !isKnown(algorithm))],
    check: (key) =>
      refusal(checkHostKey(lines, name, port, key), {
        shown: `${keyTypeOf(key)} ${fingerprint(key)}`,
        entry: knownHostName(name, port),
        add: addCommand(host),
      }),
  }
}

/** ssh-keyscan goes no way but the straight one, and knows no alias. */
function addCommand(host: ResolvedHost): string {
  const file = host.knownHostsFiles[0]
  const isStraight = host.hostKeyAlias === null && !isBehindJump(host)
  if (isStraight && file !== undefined) {
    const port = host.port === 22 ? [] : ['-p', String(host.port)]
    return fix('ssh.scan', [...port, host.hostName], file)
  }
  const known =
    file === undefined || file === join(userInfo().homedir, '.ssh', 'known_hosts')
      ? []
      : ['-o', `UserKnownHostsFile=${file}`]
  return fix('ssh.accept', ...known, ...host.login)
}

function isBehindJump({ proxyJump, login }: ResolvedHost): boolean {
  return proxyJump !== null || login.some((word) => word.startsWith('ProxyJump='))
}

interface Shown {
  readonly shown: string
  readonly entry: string
  /** The command that makes the key known. */
  readonly add: string
}

function refusal(verdict: HostKeyVerdict, { shown, entry, add }: Shown): OrchestraError | null {
  switch (verdict.verdict) {
    case 'ok':
      return null
    case 'new': {
      const others =
        verdict.otherTypes.length === 0 ? '' : ` (only its ${verdict.otherTypes.join(', ')} key is)`
      return sshFailure(`the host key of ${entry} is not known${others}: ${shown}`, 'host_key_new', {
        hint: `Compare the fingerprint with the host's own (${fix('ssh.fingerprint')} there), then: ${add}`,
      })
    }
    case 'changed':
      return sshFailure(
        `THE HOST KEY OF ${entry} HAS CHANGED: it shows ${shown}, ${verdict.file}:${verdict.line} knows another. Somebody may stand between`,
        'host_key_changed',
        {
          hint: `If the machine was set up anew: ${fix('ssh.forget', entry, verdict.file)}; compare the fingerprint, then: ${add}`,
        },
      )
    case 'revoked':
      return sshFailure(
        `the host key of ${entry} is revoked (${verdict.file}:${verdict.line}): ${shown}`,
        'host_key_revoked',
        { hint: 'Whoever runs this machine must give it a new key.' },
      )
    default:
      return assertNever(verdict)
  }
}

async function readKnownHosts(file: string): Promise<KnownHostLine[]> {
  try {
    return parseKnownHosts(await readFile(file, 'utf8'), file)
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    // It could hold a revocation: without it nothing is safe.
    throw sshFailure(`cannot read ${file}: ${message}`, 'host_key_files', {
      cause,
      hint: 'Make it readable, or name another one with UserKnownHostsFile.',
    })
  }
}
