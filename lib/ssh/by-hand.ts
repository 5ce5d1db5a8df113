/** The commands by which a person reaches a machine as we do: for hints, which are run as they stand. */
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { jumpWord } from './jump-word.js'
import type { SshTarget } from './ssh-target.js'

/** The configuration, as a word for ssh and ssh-copy-id: nothing where ssh takes that one by itself. */
export function configWords(config: string | null): string[] {
  return config === null || config === join(userInfo().homedir, '.ssh', 'config') ? [] : ['-F', config]
}

/** What ssh and ssh-copy-id are given for a target, its name last. */
export function loginWords(target: SshTarget, config: string | null): string[] {
  return [
    ...configWords(config),
    ...(target.jump === null ? [] : ['-o', `ProxyJump=${jumpWord(target.jump)}`]),
    ...(target.port === null ? [] : ['-p', String(target.port)]),
    target.user === null ? target.host : `${target.user}@${target.host}`,
  ]
}
