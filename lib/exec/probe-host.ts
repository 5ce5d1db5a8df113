import { randomBytes } from 'node:crypto'
import { joinPath, type RawEnvironment } from '../core/environment/environment.js'
import { OrchestraError } from '../core/errors.js'
import type { RunOptions, Shell } from './shell.js'

/** What a host says about itself. Asked once a connection; remember the absolute paths. */
export interface HostFacts {
  /** `Linux`, `Darwin`, … */
  readonly uname: string
  readonly hostname: string
  readonly user: string
  readonly home: string
  /** Of a login shell, with the usual places of Homebrew, Nix and Termux behind it. */
  readonly path: string
  /** A locale with UTF-8 that the machine has, for programs whose environment names none. */
  readonly locale: string
  /** Changes with each boot; null where the system tells none. */
  readonly bootId: string | null
  /** Absolute; null: no tmux on PATH. */
  readonly tmuxPath: string | null
  /** `3.3a`; null: none, or it did not answer. */
  readonly tmuxVersion: string | null
  readonly cores: number | null
  /** The host's clock minus ours, seconds (±1). */
  readonly clockSkewSeconds: number | null
}

/** Where package managers put programs; behind every PATH, so that tmux is found without a profile. */
export const MORE_PLACES: readonly string[] = [
  '/usr/local/bin',
  '/opt/homebrew/bin',
  '/opt/local/bin',
  '/home/linuxbrew/.linuxbrew/bin',
  '/run/current-system/sw/bin',
  '/data/data/com.termux/files/usr/bin',
  '/usr/bin',
  '/bin',
]

/** A login shell whose profile hangs is given up after this. */
const LOGIN_SHELL_SECONDS = 4

/** An environment is seldom a tenth of it. */
const MAX_BYTES = 1024 * 1024

/** Kills process $p after a while. Called off by TERM it leaves no `sleep` behind, which nobody might collect. */
const guardFor = (seconds: number) =>
  `trap 'kill "$!"; wait; exit' TERM; sleep ${seconds} & wait "$!"; trap - TERM; kill -9 $p`

/** So is a tmux that does not say its version. */
const TMUX_SECONDS = 4

// The login shell is given one word that every shell reads alike; the sh behind it prints the environment that the
// profile made, a nonce before each variable (a value may have lines) and another mark at the end.
const PROBE = `
n=$1 login=
if [ "$3" = login ]; then
  ORC_PROBE='awk -v n="$ORC_NONCE" "BEGIN { for (k in ENVIRON) printf \\"%s%s=%s\\\\n\\", n, k, ENVIRON[k]; print n }"'
  export ORC_PROBE; ORC_NONCE=$n; export ORC_NONCE
  login=$( { "\${SHELL:-/bin/sh}" -lc "exec sh -c 'eval \\"\\$ORC_PROBE\\"'" </dev/null 2>/dev/null & p=$!
    { ${guardFor(LOGIN_SHELL_SECONDS)}; } </dev/null >/dev/null 2>&1 & w=$!
    wait $p; kill $w; wait $w; } 2>/dev/null )
  unset ORC_PROBE ORC_NONCE
  path=$(printf '%s\\n' "$login" | sed -n "s/^.*\${n}PATH=//p" | tail -n 1)
  [ -z "$path" ] || PATH=$path
fi
PATH=$PATH:$2
boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null || sysctl -n kern.boottime 2>/dev/null | sed 's/^.*sec = \\([0-9]*\\),.*$/\\1/')
tmux=$(command -v tmux)
echo "uname=$(uname -s)"
echo "hostname=$(hostname 2>/dev/null || uname -n)"
echo "user=$(id -un 2>/dev/null)"
echo "home=$HOME"
echo "path=$PATH"
echo "boot=$boot"
echo "tmux=$tmux"
version=
[ -n "$tmux" ] && version=$( { "$tmux" -V </dev/null 2>/dev/null & p=$!
  { ${guardFor(TMUX_SECONDS)}; } </dev/null >/dev/null 2>&1 & w=$!
  wait $p; kill $w; wait $w; } 2>/dev/null )
echo "version=$version"
echo "cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || nproc 2>/dev/null)"
echo "locale=$(locale -a 2>/dev/null | LC_ALL=C awk '
  tolower($0) ~ /^c\\.utf-?8$/ { c = $0 } tolower($0) ~ /^en_us\\.utf-?8$/ { e = $0 }
  tolower($0) ~ /\\.utf-?8$/ && !a { a = $0 } END { print c ? c : e ? e : a }')"
echo "clock=$(date +%s)"
printf '%s\\n%s\\n' "$n" "$login"`

/** What a machine says of itself, and the environment that its login shell makes. */
export interface ProbedHost {
  readonly facts: HostFacts
  /** Secrets included: to be kept in memory alone. Empty where no login shell was asked. */
  readonly login: RawEnvironment
}

/**
 * One round trip; a few hundred milliseconds where a login shell starts.
 * @param options.login false: the environment of this machine's programs comes from elsewhere
 */
export async function probeHost(
  shell: Shell,
  options: Pick<RunOptions, 'timeoutMs'> & { readonly login?: boolean } = {},
): Promise<ProbedHost> {
  const nonce = randomBytes(8).toString('hex')
  const args = [nonce, MORE_PLACES.join(':'), options.login === false ? '' : 'login']
  const output = await shell.must(PROBE, {
    timeoutMs: options.timeoutMs ?? 15_000,
    maxBytes: MAX_BYTES,
    args,
  })
  const fields = new Map<string, string>()
  const [own = '', _noise, ...variables] = output.toString('utf8').split(nonce)
  for (const line of own.split('\n')) {
    const at = line.indexOf('=')
    if (at > 0) fields.set(line.slice(0, at), line.slice(at + 1))
  }
  const text = (key: string) => fields.get(key) || null
  const number = (key: string) => (/^\d+$/.test(text(key) ?? '') ? Number(text(key)) : null)
  const [uname, home, path] = [text('uname'), text('home'), text('path')]
  if (uname === null || home === null || path === null) {
    throw new OrchestraError('the host did not answer who it is', {
      kind: 'failed',
      hint: 'Its login shell must be able to run sh, uname and date.',
      details: { delivered: 'answered' },
    })
  }
  const clock = number('clock')
  const tmuxPath = text('tmux')
  const facts: HostFacts = {
    uname,
    home,
    path: joinPath(path),
    locale: text('locale') ?? (uname === 'Darwin' ? 'en_US.UTF-8' : 'C.UTF-8'),
    hostname: text('hostname') ?? uname,
    user: text('user') ?? '',
    bootId: text('boot'),
    tmuxPath: tmuxPath?.startsWith('/') ? tmuxPath : null,
    tmuxVersion: text('version')?.replace(/^tmux /, '') ?? null,
    cores: number('cores'),
    clockSkewSeconds: clock === null ? null : clock - Math.floor(Date.now() / 1000),
  }
  return { facts, login: parseLogin(variables) }
}

/** Each ends with a newline of ours. What a profile prints after the last one belongs to none. */
function parseLogin(variables: readonly string[]): RawEnvironment {
  const pairs = variables.slice(0, -1).flatMap((text) => {
    const at = text.indexOf('=')
    return at > 0 ? [[text.slice(0, at), text.slice(at + 1).replace(/\n$/, '')] as const] : []
  })
  return Object.fromEntries(pairs.filter(([name]) => !name.startsWith('ORC_')))
}
