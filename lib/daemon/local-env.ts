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
  const kept = Object.entries(env).filter(([name]) => !OURS.has(name) && !SECRET.test(name))
  return Object.fromEntries(kept.filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/** Below the layout's own `env`. */
export function ownKeys(
  behaviour: AgentBehaviour,
  machine: Machine,
  env: Env = process.env,
): Record<string, string> {
  if (machine.kind !== 'local') return {}
  const found = OWN_KEYS[behaviour].map((name) => [name, env[name]] as const)
  return Object.fromEntries(found.filter((entry): entry is [string, string] => entry[1] !== undefined))
}
