/** `--host DEST`: the API's socket of another machine, through ssh2. No port is opened there; nothing but Node is needed here. */
import { ApiClient } from '../../api/client.js'
import { identityLine } from '../../api/identity.js'
import { OrchestraError } from '../../core/errors.js'
import { safeText } from '../../core/text/safe-text.js'
import { firstTry } from '../../exec/first-try.js'
import { Shell } from '../../exec/shell.js'
import type { DaemonFile } from '../../home/paths.js'
import { KeyRing } from '../../ssh/key-ring.js'
import { SshLink } from '../../ssh/ssh-link.js'
import { parseDestination } from '../../ssh/ssh-target.js'
import { askHidden } from '../terminal/ask-passphrases.js'
import { chooseDaemon, type KnownDaemon } from './locate.js'

const CONNECT_MS = 20_000

// The well-known places, as `home/paths.ts` has them; only daemons that still run are told.
const FIND = `
for dir in "\${ORCHESTRA_HOME:-}" "\${XDG_STATE_HOME:-$HOME/.local/state}/orchestra" "$HOME/.local/state/orchestra"; do
  [ -n "$dir" ] || continue
  for file in "$dir"/sessions/*/daemon.json; do
    [ -f "$file" ] || continue
    pid=$(sed -n 's/.*"pid":\\([0-9]*\\).*/\\1/p' "$file")
    kill -0 "$pid" 2>/dev/null && { head -c 4096 "$file"; echo; }
  done
done`

export async function connectHost(
  destination: string,
  session: string | undefined,
  cwd: string,
): Promise<ApiClient> {
  const target = parseDestination(destination)
  if (target === undefined) {
    throw new OrchestraError(`--host ${destination}: not an ssh destination`, {
      kind: 'usage',
      hint: 'user@host, host:port, or a name of ~/.ssh/config',
    })
  }
  const link = new SshLink(target, {
    keyRing: new KeyRing((key) => askHidden(`Passphrase of ${safeText(key)}: `)),
  })
  link.start()
  await up(link, destination)
  const shell = new Shell(link)
  const found = (await shell.must(FIND, { maxBytes: 256 * 1024 })).toString('utf8')
  shell.close()
  const seen = new Map<string, KnownDaemon>()
  for (const line of found.split('\n')) {
    const daemon = parse(line)
    if (daemon !== null && !seen.has(daemon.session))
      seen.set(daemon.session, { session: daemon.session, daemon })
  }
  try {
    const daemon = chooseDaemon([...seen.values()], session, cwd)
    return new ApiClient(
      () => link.forward(daemon.socket),
      undefined,
      undefined,
      (method, path) => identityLine(daemon, method, path),
    )
  } catch (error) {
    await link.stop()
    if (!(error instanceof OrchestraError)) throw error
    throw new OrchestraError(
      `on ${destination}: ${error.message}`,
      error.hint === undefined ? { kind: error.kind } : { kind: error.kind, hint: error.hint },
    )
  }
}

function parse(line: string): DaemonFile | null {
  try {
    const value = JSON.parse(line) as Partial<DaemonFile>
    return typeof value.session === 'string' && typeof value.socket === 'string'
      ? (value as DaemonFile)
      : null
  } catch {
    return null
  }
}

async function up(link: SshLink, destination: string): Promise<void> {
  const state = await firstTry(link, CONNECT_MS)
  if (state.status === 'up') return
  await link.stop()
  const known = state.status === 'down' || state.status === 'failed'
  const hint = known ? state.hint : null
  throw new OrchestraError(
    `${destination} cannot be reached: ${known ? state.reason : 'no answer in time'}`,
    {
      kind: 'unreachable',
      ...(hint === null ? {} : { hint }),
    },
  )
}
