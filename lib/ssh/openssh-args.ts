/** The words that the ssh program is given for a machine. Pure. */
import { jumpWord } from './jump-word.js'
import { sshFailure } from './ssh-failure.js'
import { mustBeValid, type SshTarget } from './ssh-target.js'

/**
 * Of every call. Nothing asks: nobody is there to answer. What a configuration adds for a person's own sessions
 * (a command, a terminal, forwarded agents and displays) would be in the way.
 */
const ALWAYS: readonly string[] = [
  'BatchMode=yes',
  'ForwardAgent=no',
  'ForwardX11=no',
  'RequestTTY=no',
  'RemoteCommand=none',
  'PermitLocalCommand=no',
  'EscapeChar=none',
  'UpdateHostKeys=no',
]

/** A dead link is found in four seconds, as over ssh2. `ControlPersist`: the connection ends with our process. */
const MASTER: readonly string[] = [
  'ControlMaster=yes',
  'ControlPersist=no',
  'ServerAliveInterval=1',
  'ServerAliveCountMax=3',
  'ClearAllForwardings=yes',
]

export interface OpensshPlace {
  /** The configuration file; null: ssh's own choice. */
  readonly config: string | null
  /** The control socket. */
  readonly socket: string
}

function options(names: readonly string[]): string[] {
  return names.flatMap((option) => ['-o', option])
}

/** The connection itself, with one session, which gives back what it reads and ends when its stdin ends. */
export function masterArgs(target: SshTarget, { config, socket }: OpensshPlace): string[] {
  mustBeValid(target)
  if (target.jump !== null) checkJump(target.jump)
  return [
    ...(config === null ? [] : ['-F', config]),
    ...options([...ALWAYS, ...MASTER]),
    '-S',
    socket,
    '-T',
    ...(target.user === null ? [] : ['-l', target.user]),
    ...(target.port === null ? [] : ['-p', String(target.port)]),
    ...(target.identityFile === null ? [] : ['-i', target.identityFile]),
    ...(target.jump === null ? [] : ['-J', jumpWord(target.jump)]),
    '--',
    target.host,
    "exec sh -c 'echo orchestra-is-in; exec cat'",
  ]
}

/** A session over it. */
export function sessionArgs(target: SshTarget, socket: string, line: string): string[] {
  return [
    '-F',
    'none',
    ...options([...ALWAYS, 'ControlMaster=no']),
    '-S',
    socket,
    '-T',
    '--',
    target.host,
    line,
  ]
}

/** A word to it: `check`, `exit`, `forward`, `cancel`. */
export function controlArgs(target: SshTarget, socket: string, ...words: readonly string[]): string[] {
  return ['-F', 'none', ...options(ALWAYS), '-S', socket, '-O', ...words, '--', target.host]
}

function checkJump(jump: SshTarget | string): void {
  if (typeof jump === 'string') return
  mustBeValid(jump)
  if (jump.identityFile !== null)
    throw sshFailure(`identity_file of the jump host ${jump.host} cannot be given to ssh`, 'bad_config', {
      hint: `Write IdentityFile for ${jump.host} into ~/.ssh/config.`,
    })
  if (jump.jump !== null) checkJump(jump.jump)
}
