import type { Host } from './host.js'
import { SAFE_GIT } from './safe-git.js'

const SCRIPT = `${SAFE_GIT}
cwd=$1
case $cwd in '~') cwd=$HOME;; '~/'*) cwd=$HOME/\${cwd#'~/'};; esac
cd "$cwd" 2>/dev/null && command -v git >/dev/null 2>&1 || exit 0
ask_git rev-parse --verify --quiet 'HEAD^{commit}'
exit 0`

/** The commit that a directory of the machine stands at; null: it is in no repository, or nobody answers that. */
export async function headOf(host: Host, cwd: string | null): Promise<string | null> {
  if (!host.isReady) return null
  const asked = host.shell.run(SCRIPT, { args: [cwd ?? '~'], timeoutMs: 5000, maxBytes: 4096, lane: 'bulk' })
  // A gate does not depend on git: what it verifies decides.
  const stdout = await asked.then(
    (result) => result.stdout.toString('utf8'),
    () => '',
  )
  return /^[0-9a-f]{40,64}$/m.exec(stdout)?.[0] ?? null
}
