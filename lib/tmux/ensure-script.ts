/**
 * Makes sure, on a machine, that the agents' session stands. POSIX sh; stdin is the server's configuration.
 * Every step may find its work done by another: `new-session -d -s` has exactly one winner.
 */

import { shellQuote } from '../core/shell-quote.js'
import { HEAR_BELL } from './bell-reader.js'
import { heldSession, heldWindow } from './protocol/held-options.js'
import type { Command } from './protocol/quote.js'

// A shell's own expansion, which String.raw would take for JavaScript's.
const $ = '$'

/**
 * Nobody has to look at this session, and who came here must be able to leave. It stands on a server with sessions of
 * people where an earlier version put it, and on hosts: there tmux's own keys (`)`, `s`, `w`, `L`) lead here, and back at
 * once. It has the server's prefix and a status line for those who attach to it.
 */
const DOOR: readonly Command[] = [
  // It is found by its name, and nobody has a reason to give it another one.
  [
    'set-option',
    '-q',
    '-t',
    '=$one:',
    'session-renamed',
    "if-shell -F '#{!=:#{session_name},$one}' { rename-session '$one' }",
  ],
  ['set-option', '-q', '-u', '-t', '=$one:', 'prefix'],
  ['set-option', '-q', '-u', '-t', '=$one:', 'prefix2'],
  ['set-option', '-q', '-t', '=$one:', 'status', 'on'],
  ['set-option', '-q', '-t', '=$one:', 'status-left', ' agents of orchestra '],
  ['set-option', '-q', '-t', '=$one:', 'status-left-length', '40'],
  ['set-option', '-q', '-t', '=$one:', 'status-right', ' #{prefix} d leaves '],
  [
    'set-option',
    '-q',
    '-t',
    '=$one:',
    'client-session-changed',
    "if-shell -F '#{||:#{client_control_mode},#{==:#{client_last_session},}}' {} " +
      "{ switch-client -l ; display-message 'Agents of orchestra live there: you see them in its windows' }",
  ],
]

const PRELUDE = String.raw`
set -u
umask 077
tmux=$1 socket=$2 name=$3 store=$4 dir=$5 note=$7
[ -z "$6" ] || { TMUX_TMPDIR=$6; export TMUX_TMPDIR; }
unset TMUX TMUX_PANE
ctl=$name-ctl
t() { "$tmux" -u -L "$socket" "$@"; }
say() { printf '%s\n' "$*"; }
foreign() { say "result=foreign"; say "session=$1"; say "stamp=$2"; exit 0; }
# CLIENT COMMAND…: one call does it and says what stands then; if it was refused, a second one looks.
# A stamp is asked for as an option of the session: a format would take that of the session's active pane.
does() {
  said=$("$@" \; display-message -p '== sessions' \; \
    list-sessions -F '#{pid} #{start_time} #{version}:#{session_name}' \; \
    display-message -p '== size' \; show-options -gwqv window-size \; \
    display-message -p '== stamp' \; show-options -qv -t "=$name:" @orch_store \; \
    display-message -p '== ctl' \; show-options -qv -t "=$ctl:" @orch_store \; \
    display-message -p '== clients' \; list-clients -F '#{session_name}:#{client_control_mode}:#{client_pid}' \; \
    display-message -p '== panes' \; list-panes -s -t "=$name" \
    -F '#{@orch_store} #{@orch_kind} #{pane_dead} #{pane_id}' 2>&1 </dev/null)
  now= version= size= has_name= has_ctl= name_stamp= ctl_stamp= clients= bell= keep= at=
  while IFS= read -r line; do
    case $line in '== '*) at=$line; continue ;; esac
    case $at in
      '== sessions')
        version=${$}{line%%:*}
        now=${$}{version% *} version=${$}{version##* }
        case ${$}{line#*:} in "$name") has_name=1 ;; "$ctl") has_ctl=1 ;; esac ;;
      '== size') size=$line ;;
      '== stamp') name_stamp=$line ;;
      '== ctl') ctl_stamp=$line ;;
      '== clients') case $line in "$ctl:1:"*) clients="$clients ${$}{line##*:}" ;; esac ;;
      '== panes')
        case $line in
          "$store bell 0 "*) [ -n "$bell" ] || bell=${$}{line#"$store bell 0 "} ;;
          "$store keep 0 "*) keep=${$}{line#"$store keep 0 "} ;;
        esac ;;
    esac
  done <<END
$said
END
  [ -n "$now" ]
}
look() { does t list-sessions -F -; }
does_or_look() { does "$@" || { error=$said; look; }; }
refuse_foreign() {
  [ -z "$has_name" ] || [ "$name_stamp" = "$store" ] || foreign "$name" "$name_stamp"
  [ -z "$has_ctl" ] || [ "$ctl_stamp" = "$store" ] || foreign "$ctl" "$ctl_stamp"
}
`

/**
 * `$1`… TMUX SOCKET NAME STORE DIR TMPDIR NOTE GENERATION HOW; prints `key=value` lines,
 * `result=ok|absent|deadly|foreign|unreachable|failed`. HOW `adopt`: no session is made,
 * and the one that is there keeps no bell.
 */
export const ENSURE_SCRIPT = `${PRELUDE}${String.raw`
generation=$8 how=$9 error=
# When the process started, empty if it is gone (or only a zombie).
started() {
  if [ -r "/proc/$1/stat" ]; then sed -n 's/^.*) [^Z] //p' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f19
  elif [ ! -d /proc/self ]; then ps -o lstart= -p "$1" 2>/dev/null; fi
}
mkdir -p "$dir" && cat > "$dir/tmux.conf.$$" && mv -f "$dir/tmux.conf.$$" "$dir/tmux.conf" || exit 3
# Of scripts that were killed in the middle of writing.
for part in "$dir"/tmux.conf.[0-9]* "$dir/$note".[0-9]*; do
  case ${$}{part##*.} in *[!0-9]*) continue ;; esac
  [ ! -f "$part" ] || kill -0 "${$}{part##*.}" 2>/dev/null || rm -f "$part"
done
boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null || sysctl -n kern.boottime 2>/dev/null | tr -d ' ')
opid= ostart= oboot= oproc=
[ ! -r "$dir/$note" ] || read -r opid ostart oboot oproc < "$dir/$note"
case $opid in *[!0-9]*) opid= ;; esac
say "previous=$opid $ostart $oboot"
say "boot=$boot"
[ "$note" = server ] || [ ! -e "$dir/server" ] || say old=1

if ! look && [ -n "$opid" ] && [ "$oboot" = "$boot" ] && [ -n "$oproc" ] && [ "$(started "$opid")" = "$oproc" ]; then
  # The server lives and its socket is gone: a second server would hide every agent of the first.
  kill -USR1 "$opid" 2>/dev/null
  i=0
  while ! look && [ $i -lt 30 ]; do i=$((i + 1)); sleep 0.1 2>/dev/null || sleep 1; done
  if [ -z "$now" ]; then say "result=unreachable"; say "pid=$opid"; exit 0; fi
  say "recovered=1"
fi
refuse_foreign
if [ "$how" = adopt ] && [ -z "$has_name$has_ctl" ]; then rm -f "$dir/$note"; say result=absent; exit 0; fi

# Never a terminal's name: the kernel gives it to another pane, or to a person, once ours has ended.
deaf=
if [ "$how" = adopt ]; then
  # The bell on the new server reads this FIFO: two readers take its bytes in turns, and neither has a whole line.
  deaf=$bell
elif [ ! -p "$dir/bell" ]; then
  # Whoever stands already reads one that somebody removed.
  deaf=$bell
  [ ! -e "$dir/bell" ] || rm -rf "$dir/bell"
  mkfifo "$dir/bell" || [ -p "$dir/bell" ] || exit 3
fi
hear=${shellQuote(HEAR_BELL)}

# Outside the scope of whoever asks: logind or a service manager would end the server with it.
scope=
if [ -z "$now" ] && [ -n "${$}{XDG_RUNTIME_DIR:-}" ] && command -v systemd-run >/dev/null 2>&1 &&
  systemd-run --user --scope --quiet true >/dev/null 2>&1 </dev/null; then scope='systemd-run --user --scope --quiet'; fi

# Each takes a client and its commands, and goes on with more of them: one command list, so that no session without
# its stamp is ever seen.
tune() { # SESSION NEXT CLIENT COMMAND…
  one=$1 next=$2; shift 2
  "$next" "$@" \; set-option -q -t "=$one:" @orch_store "$store" \; \
    set-option -q -t "=$one:" @orch_session "$name" \; set-option -q -t "=$one:" @orch_generation "$generation" \; \
    set-option -q -t "=$one:" default-size 200x50 \; ${asWords(heldSession('=$one:'))} \; ${asWords(DOOR)}
}
tune_both() { tune "$name" tune_ctl "$@"; }
tune_ctl() { tune "$ctl" does_or_look "$@"; }
make_ctl() { tune "$ctl" does_or_look "$@" \; new-session -d -s "$ctl" -t "=$name"; }
make_both() {
  tune "$name" make_ctl $scope "$tmux" -u -L "$socket" -f "$dir/tmux.conf" \
    new-session -d -s "$name" -n bell -x 200 -y 50 sh -c "$hear" bell "$dir/bell" \; \
    set-option -q -p -t "=$name:" @orch_store "$store" \; set-option -q -p -t "=$name:" @orch_kind bell \; \
    ${asWords(heldWindow('=$name:'))}
}
made=0
if [ -z "$has_name" ] && [ -n "$has_ctl" ]; then
  does_or_look t new-session -d -s "$name" -t "=$ctl" \; set-option -q -t "=$name:" @orch_store "$store"
elif [ -z "$has_name" ]; then
  # A server of a person, which would end at our first window, with all that is theirs.
  case $size:$version in manual:[12].*|manual:3.[0-6]*) say "result=deadly"; say "version=$version"; exit 0 ;; esac
  make_both && [ -z "$error" ] && made=1
fi
[ -n "$has_name" ] || { say "result=failed"; say "error=$(say "$error" | tr '\n' ' ')"; exit 0; }
refuse_foreign
if [ -z "$has_ctl" ]; then
  does_or_look t new-session -d -s "$ctl" -t "=$name" \; set-option -q -t "=$ctl:" @orch_store "$store"
  refuse_foreign
fi
[ "$made" = 1 ] || tune_both t list-sessions -F -

# A control client whose daemon was killed may stay for ever, and an unread one makes commands dangerous.
for pid in $clients; do kill -TERM "$pid" 2>/dev/null; done
# Whoever asks attaches next, and may not while another is going (see alone-on-server).
i=0
for pid in $clients; do
  while [ -n "$(started "$pid")" ] && [ $i -lt 40 ]; do
    [ $i -ne 20 ] || kill -KILL "$pid" 2>/dev/null
    i=$((i + 1)); sleep 0.05 2>/dev/null || { i=40; sleep 1; }
  done
done

# WINDOW COMMAND…: one of ours that is no agent's.
window() {
  kind=$1; shift
  does_or_look t new-window -t "=$name:" -n "$kind" "$@" \; \
    set-option -q -p -t "=$name:" @orch_store "$store" \; set-option -q -p -t "=$name:" @orch_kind "$kind"
}
[ -z "$deaf" ] || does_or_look t set-option -q -p -t "$deaf" @orch_kind deaf
if [ "$how" = adopt ]; then
  # It holds the session, as the bell did, until the last agent has gone.
  [ -n "$keep" ] || window keep sh -c 'stty raw -echo; exec cat >/dev/null'
  [ -n "$keep" ] || deaf=
else
  [ -n "$bell" ] || window bell sh -c "$hear" bell "$dir/bell"
fi
[ -z "$deaf" ] || t kill-pane -t "$deaf" 2>/dev/null </dev/null
printf '%s %s %s\n' "$now" "$boot" "$(started "${$}{now% *}")" > "$dir/$note.$$" && mv -f "$dir/$note.$$" "$dir/$note"
say "version=tmux $version"
say "server=$now $boot"
say "bell=$bell"
say "made=$made"
say "result=ok"
`}`

/** `$1`… as above: ends both sessions if they carry our stamp. */
export const KILL_SCRIPT = `${PRELUDE}${String.raw`
look
refuse_foreign
[ -z "$has_ctl" ] || t kill-session -t "=$ctl" 2>/dev/null </dev/null
[ -z "$has_name" ] || t kill-session -t "=$name" 2>/dev/null </dev/null
[ -z "$has_ctl$has_name" ] || look
for one in ${$}{has_ctl:+"$ctl"} ${$}{has_name:+"$name"}; do say "result=failed"; say "error=$one is still there"; exit 0; done
# It is no loss when we ended it ourselves.
rm -f "$dir/$note"
say "result=ok"
`}`

/** For a shell inside double quotes; a variable in them is the shell's. */
function asWords(list: readonly Command[]): string {
  const text = list.map((command) => command.map((word) => `"${String(word)}"`).join(' '))
  return text.join(' \\; ')
}

/** `$1` limit in bytes, then files: moves the ones that are longer aside and prints their numbers, counted from 1. */
export const ROTATE_SCRIPT = String.raw`
limit=$1 n=0; shift
for file; do
  n=$((n + 1))
  [ -f "$file" ] && [ ! -L "$file" ] || continue
  size=$(wc -c < "$file") && [ "$size" -gt "$limit" ] && mv -f "$file" "$file.1" && echo "$n"
done
exit 0
`
