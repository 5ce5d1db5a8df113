/** What a client says of itself: an agent, or a program that an agent or a task started, is never a person. */
import { isFrom, markOfEnv, marksAbove, type Mark } from '../home/launchers-above.js'

/** Which daemon is spoken to. */
export interface DaemonName {
  readonly session: string
  /** Of its store; undefined: not known, or a daemon of an older version. */
  readonly store?: string | undefined
}

/** What agents may read, too: whoever asks is not looked for among the ancestors, `status` answers at once. */
const OPEN_TO_AGENTS = /^\/v1\/(?:status(?:\/lines)?|stream\?only=status(?:,changes)?|ping|health)(?:[?&]|$)/

/** A line of HTTP's head, or nothing. */
export function identityLine(daemon: DaemonName, method: string, path: string): string {
  const isOpen = method === 'GET' && OPEN_TO_AGENTS.test(path)
  const marks = isOpen ? markOfEnv(process.env) : marksAbove()
  const mine = marks.filter((mark) => isFrom(daemon, mark, marks))
  if (mine.length === 0) return ''
  const token = mine.map(tokenOf).find((one) => one !== null)
  if (token !== undefined) return `authorization: Bearer ${token}\r\n`
  // Started by an older version, or its environment was cleared: it says so by itself, and may do as little.
  const agent = mine.find((mark) => mark.agent !== null)?.agent ?? ''
  return `orchestra-inside: ${/^[A-Za-z0-9_-]{1,64}$/.test(agent) ? agent : '?'}\r\n`
}

function tokenOf({ token }: Mark): string | null {
  return token !== null && /^[A-Za-z0-9_.~-]{1,512}$/.test(token) ? token : null
}
