import { OrchestraError } from '../core/errors.js'
import { randomBytes } from 'node:crypto'
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

const MORE_PLACES = [
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

/** So is a tmux that does not say its version. */
const TMUX_SECONDS = 4

// The inner sh prints PATH the same way whatever the login shell is; the mark tells it from what a profile prints.
const PROBE = `
n=$1
login=$( { "\${SHELL:-/bin/sh}" -lc 'exec sh -c "echo '"$n"'\\$PATH"' </dev/null 2>/dev/null & p=$!
  { sleep ${LOGIN_SHELL_SECONDS}; kill -9 $p; } </dev/null >/dev/null 2>&1 & w=$!
  wait $p; kill $w; } 2>/dev/null )
login=$(printf '%s\\n' "$login" | sed -n "s/^.*$n//p" | tail -n 1)
PATH=\${login:-$PATH}:$2
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
  { sleep ${TMUX_SECONDS}; kill -9 $p; } </dev/null >/dev/null 2>&1 & w=$!
  wait $p; kill $w; } 2>/dev/null )
echo "version=$version"
echo "cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || nproc 2>/dev/null)"
echo "clock=$(date +%s)"`

/** One round trip; a few hundred milliseconds, because a login shell starts. */
export async function probeHost(
  shell: Shell,
  options: Pick<RunOptions, 'timeoutMs'> = {},
): Promise<HostFacts> {
  const args = [randomBytes(8).toString('hex'), MORE_PLACES.join(':')]
  const output = await shell.must(PROBE, {
    timeoutMs: options.timeoutMs ?? 15_000,
    maxBytes: 64 * 1024,
    args,
  })
  const fields = new Map<string, string>()
  for (const line of output.toString('utf8').split('\n')) {
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
  return {
    uname,
    home,
    path: [...new Set(path.split(':'))].filter((place) => place.startsWith('/')).join(':'),
    hostname: text('hostname') ?? uname,
    user: text('user') ?? '',
    bootId: text('boot'),
    tmuxPath: tmuxPath?.startsWith('/') ? tmuxPath : null,
    tmuxVersion: text('version')?.replace(/^tmux /, '') ?? null,
    cores: number('cores'),
    clockSkewSeconds: clock === null ? null : clock - Math.floor(Date.now() / 1000),
  }
}
