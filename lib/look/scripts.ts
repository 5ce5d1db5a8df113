/** The sh scripts that look at a machine: they read, write nothing and start no server. */
import { MORE_PLACES } from '../exec/probe-host.js'
import { rowFormat } from '../tmux/protocol/format-rows.js'

export const PANE_FIELDS = [
  'pane_id', 'pane_pid', 'pane_dead', 'window_activity', '@orch_agent', '@orch_store', 'session_name', 'pane_current_path',
] as const // prettier-ignore

export const SCREEN_FIELDS = [
  'pane_id', 'cursor_x', 'cursor_y', 'window_activity', 'pane_title',
] as const // prettier-ignore

// A tmux that hangs costs what is behind its socket, not the whole machine.
const HEAD = `
PATH=$PATH:${MORE_PLACES.join(':')}:$HOME/.local/bin; export PATH
LC_ALL=\${LC_ALL:-C.UTF-8}; export LC_ALL
# Started in another home, it is another's, whoever owns it.
mine() { [ ! -r "/proc/$1/environ" ] || tr '\\0' '\\n' <"/proc/$1/environ" | grep -qxF "HOME=$HOME"; }
if command -v timeout >/dev/null 2>&1; then limited() { timeout 1 "$@"; }; else limited() { "$@"; }; fi
`

/** Prints `S` and a socket, below it `P` and its panes; `X` and a process. Sockets of this user, where tmux puts them and where a server was told to. */
export const LIST = `${HEAD}
echo "now=$(date +%s)"
command -v tmux >/dev/null 2>&1 || echo notmux=1
u=$(id -u)
x=$(ps -A -ww -o uid= -o pid= -o ppid= -o args= 2>/dev/null | awk -v u="$u" '$1 == u { sub(/^ *[0-9]+ +/, ""); print "X " $0 }')
printf '%s\\n' "$x"
seen=
look() {
  [ -S "$1" ] && [ -O "$1" ] || return 0
  case "$seen" in *"|$1|"*) return 0;; esac
  seen="$seen|$1|"
  echo "S $1"
  limited tmux -u -S "$1" list-panes -a -F 'P ${rowFormat(PANE_FIELDS)}' 2>/dev/null </dev/null
}
for socket in "\${TMUX_TMPDIR:-/tmp}/tmux-$u"/*; do look "$socket"; done
printf '%s\\n' "$x" | sed -n 's/^X *\\([0-9]*\\) *[0-9]* *[^ ]*tmux[^ ]* .*-S *\\([^ ]*\\).*/\\1 \\2/p' | while read -r pid socket; do
  case "$seen" in *"|$socket|"*) ;; *) ! mine "$pid" || look "$socket";; esac
done
true`

/** Prints for each pair of socket and pane: the mark `$1`, a row, the screen. */
export const SCREENS = `${HEAD}
mark=$1; shift
while [ $# -gt 1 ]; do
  printf '%s\\n' "$mark"
  limited tmux -u -S "$1" display-message -p -t "$2" '${rowFormat(SCREEN_FIELDS)}' \\; capture-pane -p -t "$2" 2>/dev/null </dev/null
  shift 2
done
true`

/** Asks Claude's supervisor (`$1` its pid, `$2` its program) for its sessions, only if it was started in our home. */
export const SUPERVISED = `${HEAD}
mine "$1" || exit 0
config=$(tr '\\0' '\\n' <"/proc/$1/environ" 2>/dev/null | sed -n 's/^CLAUDE_CONFIG_DIR=//p' | head -n 1)
[ -z "$config" ] || { CLAUDE_CONFIG_DIR=$config; export CLAUDE_CONFIG_DIR; }
kill -0 "$1" 2>/dev/null || exit 0
if command -v timeout >/dev/null 2>&1; then set -- timeout 3 "$2"; else set -- "$2"; fi
DISABLE_AUTOUPDATER=1 DISABLE_TELEMETRY=1 CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 "$@" agents --json 2>/dev/null </dev/null`
