/**
 * Makes sure, on a machine, that the agents' session stands. POSIX sh; stdin is the server's configuration.
 * Every step may find its work done by another: `new-session -d -s` has exactly one winner.
 */

const PRELUDE = String.raw`
set -u
umask 077
tmux=$1 socket=$2 name=$3 store=$4 dir=$5
[ -z "$6" ] || { TMUX_TMPDIR=$6; export TMUX_TMPDIR; }
unset TMUX TMUX_PANE
ctl=$name-ctl
t() { "$tmux" -u -L "$socket" "$@" </dev/null; }
say() { printf '%s\n' "$*"; }
stamp() { t show-options -qv -t "=$1:" @orch_store 2>/dev/null; }
has() { t has-session -t "=$1" 2>/dev/null; }
answers() { t list-sessions -F '#{pid} #{start_time}' 2>/dev/null | sed -n 1p; }
# When the process started, empty if it is gone (or only a zombie).
started() {
  if [ -r "/proc/$1/stat" ]; then sed -n 's/^.*) [^Z] //p' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f19
  elif [ ! -d /proc/self ]; then ps -o lstart= -p "$1" 2>/dev/null; fi
}
foreign() { say "result=foreign"; say "session=$1"; say "stamp=$2"; exit 0; }
`

/** `$1`… TMUX SOCKET NAME STORE DIR TMPDIR GENERATION; prints `key=value` lines, `result=ok|foreign|unreachable|failed`. */
export const ENSURE_SCRIPT = `${PRELUDE}${String.raw`
generation=$7
mkdir -p "$dir" && cat > "$dir/tmux.conf.$$" && mv -f "$dir/tmux.conf.$$" "$dir/tmux.conf" || exit 3
boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null || sysctl -n kern.boottime 2>/dev/null | tr -d ' ')
opid= ostart= oboot= oproc=
[ ! -r "$dir/server" ] || read -r opid ostart oboot oproc < "$dir/server"
case $opid in *[!0-9]*) opid= ;; esac
say "version=$("$tmux" -V 2>/dev/null)"
say "previous=$opid $ostart $oboot"

now=$(answers)
if [ -z "$now" ] && [ -n "$opid" ] && [ "$oboot" = "$boot" ] && [ -n "$oproc" ] && [ "$(started "$opid")" = "$oproc" ]; then
  # The server lives and its socket is gone: a second server would hide every agent of the first.
  kill -USR1 "$opid" 2>/dev/null
  i=0
  while now=$(answers); [ -z "$now" ] && [ $i -lt 30 ]; do i=$((i + 1)); sleep 0.1 2>/dev/null || sleep 1; done
  if [ -z "$now" ]; then say "result=unreachable"; say "pid=$opid"; exit 0; fi
  say "recovered=1"
fi

# Outside the scope of whoever asks: logind or a service manager would end the server with it.
scope=
if [ -z "$now" ] && [ -n "$XDG" ] && command -v systemd-run >/dev/null 2>&1 &&
  systemd-run --user --scope --quiet true >/dev/null 2>&1 </dev/null; then scope='systemd-run --user --scope --quiet'; fi

stamped() {
  # Arguments: those of new-session. One command list: no session without its stamp is ever seen.
  $scope "$tmux" -u -L "$socket" -f "$dir/tmux.conf" new-session -d "$@" </dev/null
}
fresh() {
  stamped -s "$name" -n bell -x 200 -y 50 sh -c 'stty raw -echo; exec sleep 2147483647' \; \
    set-option -q -t "=$name:" @orch_store "$store" \; set-option -q -p -t "=$name:" @orch_store "$store" \; \
    set-option -q -p -t "=$name:" @orch_kind bell
}
grouped() { # NEW OLD
  stamped -s "$1" -t "=$2" \; set-option -q -t "=$1:" @orch_store "$store"
}
made=0
if ! has "$name"; then
  if has "$ctl"; then
    s=$(stamp "$ctl"); [ "$s" = "$store" ] || foreign "$ctl" "$s"
    grouped "$name" "$ctl" 2>/dev/null
  else error=$(fresh 2>&1) && made=1
  fi
  scope=
fi
has "$name" || { say "result=failed"; say "error=$(say "$error" | tr '\n' ' ')"; exit 0; }
s=$(stamp "$name"); [ "$s" = "$store" ] || foreign "$name" "$s"
has "$ctl" || grouped "$ctl" "$name" 2>/dev/null
s=$(stamp "$ctl"); [ "$s" = "$store" ] || foreign "$ctl" "$s"
for one in "$name" "$ctl"; do
  t set-option -q -t "=$one:" @orch_session "$name" \; set-option -q -t "=$one:" @orch_generation "$generation" \; \
    set-option -q -t "=$one:" status off \; set-option -q -t "=$one:" prefix None \; \
    set-option -q -t "=$one:" prefix2 None \; set-option -q -t "=$one:" default-size 200x50 \; \
    set-option -q -t "=$one:" destroy-unattached off
done

# A control client whose daemon was killed may stay for ever, and an unread one makes commands dangerous.
for pid in $(t list-clients -t "=$ctl" -F '#{?client_control_mode,#{client_pid},}'); do kill -TERM "$pid" 2>/dev/null; done

bell() { t list-panes -s -t "=$name" -F '#{@orch_store} #{@orch_kind} #{pane_dead} #{pane_id} #{pane_tty}' | grep "^$store bell 0 " | sed -n 1p; }
row=$(bell)
if [ -z "$row" ]; then
  t new-window -t "=$name:" -n bell sh -c 'stty raw -echo; exec sleep 2147483647' \; \
    set-option -q -p -t "=$name:" @orch_store "$store" \; set-option -q -p -t "=$name:" @orch_kind bell
  row=$(bell)
fi
set -- $row
printf '%s\n' "$5" > "$dir/bell.$$" && mv -f "$dir/bell.$$" "$dir/bell"
now=$(answers)
printf '%s %s %s\n' "$now" "$boot" "$(started "$(echo "$now" | cut -d' ' -f1)")" > "$dir/server.$$" && mv -f "$dir/server.$$" "$dir/server"
say "server=$now $boot"
say "bell=$4"
say "made=$made"
say "result=ok"
`}`.replace('"$XDG"', '"${XDG_RUNTIME_DIR:-}"')

/** `$1`… as above: ends both sessions if they carry our stamp. */
export const KILL_SCRIPT = `${PRELUDE}${String.raw`
for one in "$ctl" "$name"; do
  has "$one" || continue
  s=$(stamp "$one"); [ "$s" = "$store" ] || foreign "$one" "$s"
  t kill-session -t "=$one" 2>/dev/null
done
for one in "$ctl" "$name"; do ! has "$one" || { say "result=failed"; say "error=$one is still there"; exit 0; }; done
# It is no loss when we ended it ourselves.
rm -f "$dir/server"
say "result=ok"
`}`

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
