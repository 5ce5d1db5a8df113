#!/bin/sh
# Ends every process of a start of ours, and prints the pids that live on: one a line, exit status 1.
#
#   sh end-start.sh SIGNALS GRACE_TENTHS START…
#
# START is the directory of one start (…/gen.3), or a directory above it with a slash at its end: each start below it.
# To a start belong the processes whose environment carries its mark (ORCHESTRA_START, set by the launcher), whatever
# group or session they are in, their descendants, and the program's process group. SIGNALS come first, KILL after the
# grace. A process of another user is never signalled, nor is one whose pid was given to another program.

signals=$1
grace=$2
shift 2
KILL_ROUNDS=20

nap() {
  sleep 0.1 2>/dev/null || sleep 1
}

read_word() { # FILE
  word=
  [ -f "$1" ] && IFS= read -r word <"$1"
  case $word in
    *[!0-9]*) word='' ;;
  esac
}

# The program's group, with when its leader started: another process may have the pid of a leader that is gone.
groups=
for start; do
  shift
  # A newline would begin another pattern, and an empty one matches every process.
  case $start in
    *'
'*) continue ;;
    /*[!/]*) ;;
    *) continue ;;
  esac
  case $start in
    */) mark=$start ;;
    *)
      mark=$start:
      read_word "$start/child"
      if [ "${word:-0}" -gt 1 ]; then
        began=
        [ ! -f "$start/process.json" ] || IFS= read -r began <"$start/process.json"
        began=${began#*'"start":"'}
        groups="$groups $word:$(printf '%s' "${began%%'"'*}" | tr -d ' ')"
      fi
      ;;
  esac
  set -- "$@" -e "ORCHESTRA_START=$mark"
done
[ $# -gt 0 ] || exit 0

# Words of all environments are looked through at once: most starts leave nothing, and this is what they wait for.
carriers() {
  if [ ! -r /proc/self/stat ]; then
    ps -Aeww -o pid= -o command= 2>/dev/null | grep -F "$@" | while read -r pid rest; do echo "/proc/$pid/environ"; done
  elif printf 'a\0b' | grep -qF b 2>/dev/null; then
    grep -slF "$@" /proc/[0-9]*/environ
  elif cat /proc/[0-9]*/environ 2>/dev/null | tr '\0' '\n' | grep -qF "$@"; then
    for file in /proc/[0-9]*/environ; do
      tr '\0' '\n' 2>/dev/null <"$file" | grep -qF "$@" && echo "$file"
    done
  fi
}

# The file's name tells the pid, not its text: a process may be called anything, with newlines and parentheses.
processes() {
  if [ -r /proc/self/stat ]; then
    grep -s . /proc/[0-9]*/stat
    [ "$uid" != 0 ] || grep -s '^Uid:' /proc/[0-9]*/status
  else
    ps -A -o pid= -o stat= -o ppid= -o pgid= -o lstart= 2>/dev/null | while read -r pid state parent group began; do
      echo "/proc/$pid/stat:() $state $parent $group 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 $(echo "$began" | tr -d ' ')"
    done
  fi
}

uid=$(id -u)

find_all() { # PID:STARTED of each living process of the starts; a ! before it: of another user
  { carriers "$@"; processes; } 2>/dev/null | awk -v me="$$" -v uid="$uid" -v groups="$groups" '
    /^\/proc\/[0-9]+\/environ$/ { split($0, part, "/"); seed[part[3]] = 1; next }
    /^\/proc\/[0-9]+\/stat:/ {
      split($0, part, "/"); pid = part[3]
      rest = $0; sub(/^.*\) /, "", rest)
      if (split(rest, field, " ") < 20) next
      state[pid] = substr(field[1], 1, 1); parent[pid] = field[2]; group[pid] = field[3]; began[pid] = field[20]
    }
    /^\/proc\/[0-9]+\/status:Uid:/ { split($0, part, "/"); split($0, field, /[ \t]+/); owner[part[3]] = field[2] }
    END {
      for (pid = me; pid > 1 && !(pid in above); pid = parent[pid]) above[pid] = 1
      above[0] = above[1] = 1
      n = split(groups, given, " ")
      for (i = 1; i <= n; i++) {
        split(given[i], one, ":")
        if (!(one[1] in state) || one[2] == "" || began[one[1]] == one[2]) ours[one[1]] = 1
      }
      for (pid in state) if (group[pid] in ours) seed[pid] = 1
      for (pid in seed) if ((pid in state) && !(pid in above)) all[pid] = 1
      do {
        more = 0
        for (pid in state)
          if (!(pid in all) && !(pid in above) && (parent[pid] in all)) { all[pid] = 1; more = 1 }
      } while (more)
      for (pid in all) {
        if (state[pid] == "Z" || state[pid] == "X") continue
        print (uid == 0 && (pid in owner) && owner[pid] != 0 ? "!" : "") pid ":" began[pid]
      }
    }'
}

is_there() { # PID:STARTED
  if [ -r /proc/self/stat ]; then
    [ -r "/proc/${1%%:*}/stat" ] || return 1
    stat=$(cat "/proc/${1%%:*}/stat" 2>/dev/null)
    # shellcheck disable=SC2086
    set -- "${1#*:}" ${stat##*) }
    case $2 in '' | Z* | X*) return 1 ;; esac
    [ "${21}" = "$1" ]
  else
    [ "$(ps -o lstart= -p "${1%%:*}" 2>/dev/null | tr -d ' ')" = "${1#*:}" ]
  fi
}

look() { # Everything that there is now into `living`; one whose parent was ended is found by its pid alone.
  before=$living
  living=$(find_all "$@")
  for one in $before; do
    case "
$living
" in *"
$one
"*) continue ;; esac
    ! is_there "${one#!}" || living="$living
$one"
  done
}

signal() { # NAME
  for one in $living; do
    case $one in '!'*) continue ;; esac
    kill -s "$1" "${one%%:*}" 2>/dev/null
  done
}

# Another user's is not waited for.
is_ours_there() {
  for one in $living; do
    case $one in '!'*) continue ;; esac
    ! is_there "$one" || return 0
  done
  return 1
}

living=
look "$@"
while [ "$grace" -gt 0 ] && is_ours_there; do
  for name in $signals; do signal "$name"; done
  # A stopped process takes nothing but KILL.
  signal CONT
  while [ "$grace" -gt 0 ] && is_ours_there; do
    nap
    grace=$((grace - 1))
  done
  # What came while the others went.
  look "$@"
done
round=0
while [ "$round" -lt "$KILL_ROUNDS" ] && is_ours_there; do
  signal KILL
  nap
  look "$@"
  round=$((round + 1))
done

status=0
for one in $living; do
  ! is_there "${one#!}" || {
    one=${one#!}
    echo "${one%%:*}"
    status=1
  }
done
exit "$status"
