import { OrchestraError } from '../core/errors.js'

/** Why a connection could not be made, for programs. */
export type SshFailureReason =
  | 'bad_config'
  | 'host_key_new'
  | 'host_key_changed'
  | 'host_key_revoked'
  | 'host_key_files'
  | 'auth'
  | 'unsupported'
  | 'no_tcp'
  | 'timeout'
  | 'protocol'
  | 'lost'

/** Trying again cannot help before a person has done something. */
const FINAL: ReadonlySet<string> = new Set<SshFailureReason>([
  'bad_config',
  'host_key_new',
  'host_key_changed',
  'host_key_revoked',
  'host_key_files',
  'auth',
  'unsupported',
])

export function sshFailure(
  message: string,
  reason: SshFailureReason,
  more: { readonly hint?: string; readonly cause?: unknown } = {},
): OrchestraError {
  return new OrchestraError(message, {
    kind: 'unreachable',
    ...more,
    details: { delivered: 'not_sent', reason },
  })
}

export function isFinal(error: OrchestraError): boolean {
  return FINAL.has(String(error.details['reason']))
}

/** ssh2 tells kinds of errors by `level`; what it has no level for, only its words tell. */
export function explainSshError(
  error: Error & { level?: string; code?: string },
  where: string,
): OrchestraError {
  const { level, message } = error
  if (level === 'client-timeout') {
    return sshFailure(`${where} did not finish the SSH handshake in time`, 'timeout', { cause: error })
  }
  if (level === 'handshake' && /no matching/.test(message)) {
    return sshFailure(`${where} and we share no ${what(message)}`, 'unsupported', {
      cause: error,
      hint: 'Write `transport: openssh` for this machine in the layout, or let its sshd also offer curve25519-sha256 and a plain ed25519, ecdsa or rsa host key.',
    })
  }
  if (/before handshake|ECONNRESET|EPIPE/.test(`${message} ${error.code ?? ''}`)) {
    return sshFailure(`${where} closed the connection before the handshake`, 'protocol', {
      cause: error,
      hint: 'Its sshd may refuse many connections at once (MaxStartups) or punish failed ones for a while (PerSourcePenalties).',
    })
  }
  return sshFailure(`${where} does not speak SSH as it should: ${message.slice(0, 200)}`, 'protocol', {
    cause: error,
  })
}

function what(message: string): string {
  return (
    /no matching ([A-Za-z>-]*\s?(?:key exchange|host key|cipher|MAC|compression)[a-z ]*)/i
      .exec(message)?.[1]
      ?.trim() ?? 'algorithm'
  )
}
