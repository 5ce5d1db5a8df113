/**
 * What processes on the daemon's machine get of the shell that ran `up`: everything but our own place in somebody's tmux,
 * and what by its name is a secret. An agent CLI's own key goes to agents of that type alone, through their 0600 file.
 */
import { OWN_KEYS } from '../agents/own-keys.js'
import type { AgentBehaviour, Machine } from '../core/layout/model.js'

type Env = Readonly<Record<string, string | undefined>>

const OURS: ReadonlySet<string> = new Set(['TMUX', 'TMUX_PANE', 'ORCHESTRA_CWD'])
const SECRET =
  /PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|(?:^|_)(?:KEY|PAT|AUTH)$/i

export function localEnv(env: Env = process.env): Record<string, string> {
  return defined(Object.entries(env).filter(([name]) => !OURS.has(name) && !SECRET.test(name)))
}

/** Below the layout's own `env`. */
export function ownKeys(
  behaviour: AgentBehaviour,
  machine: Machine,
  env: Env = process.env,
): Record<string, string> {
  if (machine.kind !== 'local') return {}
  return defined(OWN_KEYS[behaviour].map((name) => [name, env[name]]))
}

function defined(
  entries: readonly (readonly [name: string, value: string | undefined])[],
): Record<string, string> {
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}
