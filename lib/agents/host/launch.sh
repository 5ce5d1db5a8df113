#!/bin/sh
# Runs one agent or one job as the process of a tmux pane, once, and leaves a record of how it ended.
#
#   sh launch.sh AGENT_DIR GENERATION
#
# AGENT_DIR (absolute, 0700, NAME.agent or NAME.job) becomes ORCHESTRA_DIR: what runs may write there, perhaps only there,
# so nothing of ours is read or written in it.
# Beside it stands NAME.start/gen.GENERATION/ with, written by the daemon beforehand:
#   who      three lines: session, agent, nonce (may be empty)
#   argv     a line for the shell: set -- 'word' 'word' …   (~ and ~/ at the start of a word become $HOME)
#   env      optional, 0600: lines export NAME='value'; read by the program's own process alone, and unlinked
#   cwd      optional, one line
#   timeout  optional, seconds
#   capture  optional, empty: a job. stdin is empty, the end of its output is kept in `output`
#   stdin    optional: what a job reads
#   seat     optional, two lines: NAME.start of the agent on whose pane a job is shown, and what to call it there
# and gets: started/ (the start key), child (pid), process.json, timed_out, output, exit.json.
#
# Three processes: this one leads the pane's session and waits for the program, which has a process group and the
# terminal for itself; a watcher outlives us. tmux closes a pane by hanging up on us: we die of it at once, the watcher
# sees that, ends what is left of the start (see end-start.sh), and writes the record in our place. Whoever starts a
# process here waits for it: where process 1 collects nobody, each orphan would stay as a zombie.

dir=$1
gen=${dir%.agent}
gen=${gen%.job}.start/gen.$2
number=$2
role=${3:-launch}
KEPT=262144
GRACE_TENTHS=20

nap() {
  sleep 0.1 2>/dev/null || sleep 1
}

fail() {
  printf 'orchestra: %s\n' "$1" >&2
  # The end of a pane's process throws away what tmux has not read yet.
  nap
  exit 125
}

read_line() { # FILE: its first line, nothing when there is none
  line=
  [ -f "$1" ] && IFS= read -r line <"$1"
  printf '%s' "$line"
}

now() { # With milliseconds where date knows them
  instant=$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)
  case $instant in
    *:[0-9][0-9].[0-9][0-9][0-9]Z) ;;
    *) instant=$(date -u +%Y-%m-%dT%H:%M:%SZ) ;;
  esac
  printf '%s' "$instant"
}

started_ticks() { # PID: when it started, in the kernel's words, so that a reused pid is not taken for it
  if [ -r "/proc/$1/stat" ]; then
    IFS= read -r stat <"/proc/$1/stat"
    # The name in parentheses may hold anything. Split what comes after it.
    # shellcheck disable=SC2086
    set -- ${stat##*) }
    printf '%s' "${20}"
  else
    ps -o lstart= -p "$1" 2>/dev/null
  fi
}

read_child() { # The program's pid, nothing before there is one. Never 0 or 1: a signal to their groups is one to all.
  line=$(read_line "$gen/child")
  case $line in
    *[!0-9]* | 0* | 1) line='' ;;
  esac
  printf '%s' "$line"
}

whole() { # TARGET: stdin to a file beside it, then renamed. Nothing is renamed that could not be written.
  cat >"$1.part" && mv -f "$1.part" "$1"
}

# At most 60 bytes long: a UNIX socket's path has 103, and programs add names of forty. Nobody can foresee its name.
make_tmp() { # sets tmp
  for tmp in "${TMPDIR:-}" /tmp /var/tmp "$gen"; do
    case $tmp in
      /*) ;;
      *) continue ;;
    esac
    [ "$tmp" = "$gen" ] || [ "${#tmp}" -le 49 ] || continue
    tmp=$(mktemp -d "${tmp%/}/orc.XXXXXX" 2>/dev/null) || continue
    # Full, or mounted so that nothing there may run: the next one, unless this is the last.
    { printf '#!/bin/sh\n' >"$tmp/t" && chmod 700 "$tmp/t" && "$tmp/t"; } 2>/dev/null && rm -f "$tmp/t" && return
    case $tmp in
      "$gen"/*) rm -f "$tmp/t" && return ;;
    esac
    rm -rf "$tmp"
  done
  return 1
}

enter() { # sets cwd, and goes there
  cwd=$(read_line "$gen/cwd")
  case $cwd in
    '' | '~') cwd=$HOME ;;
    '~/'*) cwd=$HOME/${cwd#'~/'} ;;
  esac
  cd -- "$cwd"
}

# --- the program's own process, before it becomes the program ---------------------------------------------------------

become_program() { # UMASK
  {
    printf '{"pid":%s,"start":"%s","launcher":%s,"launcher_start":"%s",' \
      "$$" "$(started_ticks "$$")" "$PPID" "$(started_ticks "$PPID")"
    printf '"boot_id":"%s","started_at":"%s"}\n' "$(read_line /proc/sys/kernel/random/boot_id)" "$(now)"
  } | whole "$gen/process.json"
  printf '%s\n' "$$" >"$gen/child"

  if [ -f "$gen/env" ]; then
    # shellcheck disable=SC1091
    . "$gen/env"
    rm -f "$gen/env"
  fi
  PATH=${dir%/*}/bin:${PATH:-/usr/local/bin:/usr/bin:/bin}
  TMPDIR=$tmp
  # By this mark everything that the program starts is found again, also what leaves its process group.
  ORCHESTRA_START=$gen:
  export PATH TMPDIR ORCHESTRA_START

  enter 2>/dev/null || fail "cannot enter the directory $cwd"

  # shellcheck disable=SC1091
  . "$gen/argv"
  left=$#
  [ "$left" -gt 0 ] || fail 'there is no command to run'
  while [ "$left" -gt 0 ]; do
    word=$1
    shift
    case $word in
      '~') word=$HOME ;;
      '~/'*) word=$HOME/${word#'~/'} ;;
    esac
    set -- "$@" "$word"
    left=$((left - 1))
  done
  # The watcher is at its work already: it would not see us.
  [ ! -f "$gen/exit.json" ] || exit 129
  umask "$mask"
  unset mask tmp role gen number word left cwd line stat
  exec "$@"
}

# --- the end ----------------------------------------------------------------------------------------------------------

end_start() { # Ends what is left of the start; sets left to the pids that live on.
  ender=${dir%/*}/bin/end-start
  if [ -s "$ender" ]; then
    # shellcheck disable=SC2046
    left=$(printf ' %s' $(sh "$ender" TERM "$GRACE_TENTHS" "$gen" </dev/null 2>/dev/null 9>&-))
    left=${left# }
    return
  fi
  child=$(read_child)
  [ -z "$child" ] || kill -s KILL -- "-$child" 2>/dev/null || kill -s KILL "$child" 2>/dev/null
}

# Space for the record is taken before the program starts, so that a disk that it filled does not lose how it ended.
reserve_record() {
  printf '%600s\n' '' >"$gen/exit.part" 2>/dev/null
}

write_record() { # CODE (or null) SIGNAL (or empty)
  [ -f "$gen/exit.json" ] && return
  signal=null
  [ -z "$2" ] || signal="\"$2\""
  timed_out=false
  [ -d "$gen/timed_out" ] && timed_out=true
  record=$(printf '{"agent":"%s","generation":%s,"nonce":"%s","exit_code":%s,"signal":%s,"timed_out":%s,"left":"%.60s","started_at":"%s","ended_at":"%s"}' \
    "$agent" "$number" "$nonce" "$1" "$signal" "$timed_out" "$left" "$started_at" "$(now)")
  # Without truncation, over the space that was reserved.
  printf '%-600s\n' "$record" 1<>"$gen/exit.part" 2>/dev/null && mv -f "$gen/exit.part" "$gen/exit.json"
}

ring() {
  put "${dir%/*}/bell" "R $agent"
}

watch() {
  trap '' HUP INT QUIT TERM
  # stdin ends when the launcher, who alone holds the other end, is gone.
  cat >/dev/null
  rm -f "$gen/alive"
  [ -f "$gen/exit.json" ] && return
  nap
  end_start
  tell_seat 'was ended'
  write_record null HUP
  rm -rf "$tmp"
  ring
}

time_is_up() {
  mkdir "$gen/timed_out" 2>/dev/null
  end_start
}

signal_name() { # CODE
  [ "$1" -gt 128 ] && [ "$1" -le 192 ] && kill -l "$(($1 - 128))" 2>/dev/null
}

start_timer() {
  timer=''
  seconds=$(read_line "$gen/timeout")
  case $seconds in
    '' | *[!0-9]*) return ;;
  esac
  (
    exec </dev/null >/dev/null 2>&1 9>&-
    later "$seconds" time_is_up
  ) &
  timer=$!
}

# --- the launcher -----------------------------------------------------------------------------------------------------

case $dir in
  /*) ;;
  *) fail 'the agent directory must be an absolute path' ;;
esac
case $number in
  '' | *[!0-9]*) fail 'the generation must be a number' ;;
esac
[ -f "$gen/argv" ] || fail "there is nothing to start in $gen"

if [ "$role" = program ]; then
  # Redirected here and not by the launcher: while dash waits, it says how a command ended where that one's stderr goes.
  exec 2>&7 7>&-
  mask=$4 tmp=$5
  become_program
fi

begin() {
  mask=$(umask)
  umask 077
  if ! mkdir "$gen/started" 2>/dev/null; then
    [ -d "$gen/started" ] || fail "cannot write into $gen"
    printf 'orchestra: generation %s in %s was started before; not again.\n' "$number" "$dir" >&2
    nap
    exit 0
  fi

  session='' agent='' nonce='' left=''
  if [ -f "$gen/who" ]; then
    {
      IFS= read -r session
      IFS= read -r agent
      IFS= read -r nonce
    } <"$gen/who"
  fi
  [ -n "$agent" ] || agent=${dir##*/}
  ORCHESTRA_SESSION=$session ORCHESTRA_AGENT=$agent ORCHESTRA_DIR=$dir
  export ORCHESTRA_SESSION ORCHESTRA_AGENT ORCHESTRA_DIR

  started_at=$(now)
  reserve_record
  make_tmp || fail 'there is no directory for temporary files: TMPDIR, /tmp and /var/tmp cannot be used'
  mkfifo "$gen/alive" || fail "cannot write into $gen"
}

settle() { # STATUS of the program, or of `fg`: sets code, and next to what is to be done
  [ "$next" = : ] || code=$1
  child=$(read_child)
  next=:
  # It has stopped (Ctrl-Z), and a pane has nobody to go back to: it goes on.
  if [ -n "$child" ] && kill -s 0 "$child" 2>/dev/null; then
    nap
    next=fg
  fi
}

finish() {
  # From here on we finish, whatever happens to the pane. TERM is not ignored: it calls off what we started.
  trap '' HUP
  exec >/dev/null 2>&1 5<&- 6>&- 7>&- 8>&-
  if [ -n "$timer" ]; then
    [ -d "$gen/timed_out" ] || kill -s TERM "$timer"
    wait "$timer"
  fi
  end_start
  finish_copying
  rm -rf "$tmp"
  case $code in
    129 | 137 | 143) tell_seat "was ended by $(signal_name "$code")" ;;
    *) tell_seat "ended with exit status $code" ;;
  esac
  write_record "$code" "$(signal_name "$code")"
  ring
  exec 9>&-
  wait "$watcher"
  exit "$code"
}

# shellcheck source=/dev/null
. "${dir%/*}/bin/job-output"
begin
# Job control: each of our processes leads a group of its own, and the program gets the terminal. Shells without a
# terminal refuse; the program shares our group then.
set -m 2>/dev/null
# The shell takes the program's Ctrl-C for its own. Caught and not ignored, so that the program starts with the default.
trap : INT QUIT

# Descriptor 9 tells that we live: nobody else holds it. The watcher is given the other end open: had it to open it,
# it would wait for ever for a launcher that was killed in between.
exec 9<>"$gen/alive" 4<"$gen/alive"
# By exec: dash keeps a copy of what is redirected for a function.
(
  exec <&4 >/dev/null 2>&1 4<&- 9>&-
  watch
) &
watcher=$!
exec 4<&-
start_timer
start_copying
# dash tells stderr about its jobs; bash finds its terminal there.
exec 8>&2
[ -n "${BASH_VERSION:-}" ] || exec 2>/dev/null

exec 5<&0 6>&1 7>&8
[ -z "$copier" ] || exec 5</dev/null 6>"$gen/raw" 7>&6
[ -z "$copier" ] || [ ! -f "$gen/stdin" ] || exec 5<"$gen/stdin"

# Who asks for the directory of the pane's process is told that of the program. The program says so if it cannot be entered.
enter 2>/dev/null || :
# No function, list or loop may hold what follows: when Ctrl-C ends the program, bash leaves that, and us, too.
next=run
# Nothing of the tmux server's environment, which is that of whoever started it, but what says which terminal this is.
env -i HOME="$HOME" PATH="$PATH" COLORTERM=truecolor ${TERM+"TERM=$TERM"} ${TMUX+"TMUX=$TMUX"} \
  ${TMUX_PANE+"TMUX_PANE=$TMUX_PANE"} ${TERM_PROGRAM+"TERM_PROGRAM=$TERM_PROGRAM"} \
  ${TERM_PROGRAM_VERSION+"TERM_PROGRAM_VERSION=$TERM_PROGRAM_VERSION"} ${SHELL+"SHELL=$SHELL"} \
  ORCHESTRA_SESSION="$session" ORCHESTRA_AGENT="$agent" ORCHESTRA_DIR="$dir" ORCHESTRA_START="$gen:" \
  sh "$0" "$dir" "$number" program "$mask" "$tmp" <&5 >&6 5<&- 6>&- 8>&- 9>&-
settle "$?"
$next >/dev/null
settle "$?"
$next >/dev/null
settle "$?"
$next >/dev/null
settle "$?"
while [ "$next" = fg ]; do
  fg >/dev/null
  settle "$?"
done
finish
