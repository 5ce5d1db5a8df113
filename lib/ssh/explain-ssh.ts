/** What the ssh program said when it could not log in, and what a person can do. */
import type { OrchestraError } from '../core/errors.js'
import { safeText } from '../core/text/safe-text.js'
import { commandLine, loginWords } from './by-hand.js'
import { sshFailure, type SshFailureReason } from './ssh-failure.js'
import type { SshTarget } from './ssh-target.js'

/** `ssh` with the options that follow, to this machine. */
type ByHand = (...options: readonly string[]) => string
type Hint = (ssh: ByHand, stderr: string) => string

const accept = (ssh: ByHand) => ssh('-o', 'StrictHostKeyChecking=accept-new')

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
    (ssh, stderr) => {
      const [, file = '', line = ''] = OFFENDING.exec(stderr) ?? []
      const remove = file === '' ? '' : `${commandLine('sed', '-i.old', `${line}d`, file)}; then: `
      return `If the machine was set up anew, compare the fingerprint with the host's own: ${remove}${accept(ssh)}`
    },
  ],
  [
    /Host key verification failed|host key is known for/,
    'host_key_new',
    (ssh) => `Compare the fingerprint with the host's own, then: ${accept(ssh)}`,
  ],
  [
    /Permission denied|Too many authentication failures|no mutual signature/i,
    'auth',
    (ssh) => `Let a key in until this works, with nobody to answer: ${ssh('-o', 'BatchMode=yes')}`,
  ],
  [
    /Bad configuration option|terminating, \d+ bad|Bad owner or permissions|no argument after/i,
    'bad_config',
    (ssh) => `Correct it until this works: ${ssh()}`,
  ],
  [/Unable to negotiate|no matching/i, 'unsupported', (ssh) => `Try by hand: ${ssh('-v')}`],
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
  const ssh: ByHand = (...options) => commandLine('ssh', ...options, ...loginWords(target, config), 'true')
  return sshFailure(
    `ssh could not log in to ${target.host}: ${words}`,
    reason,
    hint === null ? {} : { hint: hint(ssh, stderr) },
  )
}
