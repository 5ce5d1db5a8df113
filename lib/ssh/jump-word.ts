import type { SshTarget } from './ssh-target.js'

/** `a,b`: first a, then b. */
export function jumpWord(jump: SshTarget | string): string {
  if (typeof jump === 'string') return jump
  const host = jump.host.includes(':') ? `[${jump.host}]` : jump.host
  const own = `${jump.user === null ? '' : `${jump.user}@`}${host}${jump.port === null ? '' : `:${jump.port}`}`
  return jump.jump === null ? own : `${jumpWord(jump.jump)},${own}`
}
