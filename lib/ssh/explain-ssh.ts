/** What the ssh program said when it could not log in, and what a person can do. */
import { fix } from '../core/fixes.js'
import type { OrchestraError } from '../core/errors.js'
import { safeText } from '../core/text/safe-text.js'
import { loginWords } from './by-hand.js'
import { sshFailure, type SshFailureReason } from './ssh-failure.js'
import type { SshTarget } from './ssh-target.js'

/** `login`: what ssh is given for this machine. */
type Hint = (login: readonly string[], stderr: string) => string

const accept = (login: readonly string[]) => fix('ssh.accept', ...login)

/** Where the key stands that does not fit: `Offending ED25519 key in FILE:LINE`. */
const OFFENDING = /^Offending .*key in (.+):(\d+)\s*$/m

/** ssh tells its failures in words alone. Those that trying again cannot change are final. */
const KINDS: readonly (readonly [RegExp, SshFailureReason, Hint | null])[] = [
  [
    /: ssh: (?:command )?not found/,
    'unsupported',
    () => 'Install the OpenSSH client on this machine, or leave out `transport: openssh`.',
  ],
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    'host_key_changed',
    (login, stderr) => {
      const [, file = '', line = ''] = OFFENDING.exec(stderr) ?? []
      const remove = file === '' ? '' : `${fix('ssh.drop-line', line, file)}; then: `
      return `If the machine was set up anew, compare the fingerprint with the host's own: ${remove}${accept(login)}`
    },
  ],
  [
    /Host key verification failed|host key is known for/,
    'host_key_new',
    (login) => `Compare the fingerprint with the host's own, then: ${accept(login)}`,
  ],
  [
    /Permission denied|Too many authentication failures|no mutual signature/i,
    'auth',
    (login) => `Let a key in until this works, with nobody to answer: ${fix('ssh.try-login', ...login)}`,
  ],
  [
    /Bad configuration option|terminating, \d+ bad|Bad owner or permissions|no argument after/i,
    'bad_config',
    (login) => `Correct it until this works: ${fix('ssh.try-config', ...login)}`,
  ],
  [
    /Unable to negotiate|no matching/i,
    'unsupported',
    (login) => `Try by hand: ${fix('ssh.try-verbose', ...login)}`,
  ],
  [
    /Could not resolve|Name or service not known|Connection refused|No route|timed out|unreachable/i,
    'no_tcp',
    null,
  ],
]

export function explainSsh(target: SshTarget, config: string | null, stderr: string): OrchestraError {
  const lines = stderr
    .split('\n')
    .map((line) => safeText(line).trim())
    .filter((line) => line !== '')
  const words = lines.slice(-3).join('; ').slice(0, 400) || 'ssh ended without a word'
  const [, reason = 'protocol', hint = null] = KINDS.find(([pattern]) => pattern.test(stderr)) ?? []
  return sshFailure(
    `ssh could not log in to ${target.host}: ${words}`,
    reason,
    hint === null ? {} : { hint: hint(loginWords(target, config), stderr) },
  )
}
