#!/bin/sh
# What an agent calls to say how its task goes. Writes records into ORCHESTRA_DIR, whole, and rings the daemon, which
# believes nothing but the records, and those only with the nonce of the attempt.

usage() {
  cat <<'TEXT'
orchestra-report status 0.75 [TEXT]   how far the task is, from 0 to 1
orchestra-report done [TEXT]          the task is finished
orchestra-report fail TEXT            it cannot be done, and why
orchestra-report blocked TEXT         something is missing, and what
orchestra-report checkpoint FILE      keep FILE (at most 1 MB) for whoever continues this task

TEXT may be - to read it from stdin.
TEXT
}

misused() {
  printf 'orchestra-report: %s\n\n' "$1" >&2
  usage >&2
  exit 2
}

refuse() {
  printf 'orchestra-report: %s\n' "$1" >&2
  exit 1
}

# --- values -----------------------------------------------------------------------------------------------------------

# No program is started for what the shell can do itself: an agent calls this at the end of every task.
field() { # FILE NAME: an id, a number, a nonce or a time; never free text
  [ -f "$1" ] && [ ! -h "$1" ] && [ -r "$1" ] || return 0
  while IFS= read -r row || [ -n "$row" ]; do
    case $row in
      *"\"$2\":"*) ;;
      *) continue ;;
    esac
    value=${row#*"\"$2\":"}
    value=${value#"${value%%[! ]*}"}
    value=${value#\"}
    printf '%s' "${value%%[!A-Za-z0-9_.:-]*}"
    return 0
  done <"$1"
}

json_string() { # stdin as a JSON string, at most 32 KB of it
  LC_ALL=C awk '
    BEGIN {
      for (i = 1; i < 32; i++) escape[sprintf("%c", i)] = sprintf("\\u%04x", i)
      escape["\t"] = "\\t"; escape["\""] = "\\\""; escape["\\"] = "\\\\"
      left = 32768
      printf "\""
    }
    {
      if (NR > 1 && left-- > 0) printf "\\n"
      line = substr($0, 1, left > 0 ? left : 0)
      n = length(line)
      left -= n
      if (line ~ /["\\\001-\037]/) {
        out = ""
        for (i = 1; i <= n; i++) { c = substr(line, i, 1); out = out (c in escape ? escape[c] : c) }
        line = out
      }
      printf "%s", line
    }
    END { printf "\"" }'
}

text_of() { # WORDS: JSON, null when there are none
  case $# in
    0) printf null ;;
    *)
      if [ "$*" = - ]; then
        json_string
      else
        case $* in
          *[!A-Za-z0-9\ .,:\;_/+=@%-]*) printf '%s\n' "$*" | json_string ;;
          *) [ "${#*}" -lt 4096 ] && printf '"%s"' "$*" || printf '%s\n' "$*" | json_string ;;
        esac
      fi
      ;;
  esac
}

progress_of() { # 0.75 or 75%: a number between 0 and 1
  case $1 in
    '' | . | *[!0-9.%]* | *.*.* | *%?*) return 1 ;;
  esac
  LC_ALL=C awk -v given="$1" 'BEGIN {
    value = given + 0
    if (given ~ /%$/) value = value / 100
    if (value > 1) exit 1
    printf "%.4g", value
  }'
}

# --- files ------------------------------------------------------------------------------------------------------------

# We may be allowed more than what the agent's sandbox allows it, and it may write in this directory: nothing is opened
# here by a name that it can foresee, and no link is followed. A file is made in a fresh directory, then renamed.
enter() { # NAME of a directory in ours
  if [ -h "$dir/$1" ]; then rm -f "$dir/$1"; fi
  [ -d "$dir/$1" ] || mkdir "$dir/$1" || refuse "could not make $dir/$1"
  cd -P "$dir/$1" && [ "$PWD" = "$dir/$1" ] || refuse "$dir/$1 is a link"
}

whole() { # FOLDER NAME: stdin to that file of ours, whole; nothing is left behind when it does not fit
  new=$(mktemp -d "$dir/.new.XXXXXXXXXXXX") || refuse "could not write into $dir"
  cd -P "$new" && [ "$PWD" = "$new" ] || refuse "$new is a link"
  written=
  (
    set -C
    cat >"$2"
  ) && written=1
  if [ -n "$written" ]; then
    if [ "$1" = . ]; then cd "$dir"; else enter "$1"; fi
    # What stands there and is no file would take ours in.
    [ ! -d "./$2" ] || [ -h "./$2" ] || mv "./$2" "$new/.away"
    mv -f "$new/$2" ./ && rm -rf "$new" && return
  fi
  cd "$dir" && rm -rf "$new"
  refuse "could not write $dir/$1/$2"
}

put() { # FOLDER NAME FORMAT WORDS: as `whole`, for a short text
  folder=$1 name=$2
  shift 2
  # shellcheck disable=SC2059
  printf "$@" | whole "$folder" "$name" || exit 1
}

write_status() { # WORD PROGRESS TEXT ERRORS
  started=$(field "$dir/task.json" started_at)
  case $started in
    '' | null) started=null ;;
    *) started="\"$started\"" ;;
  esac
  kept=null
  [ -f "$dir/checkpoints/$task" ] && [ ! -h "$dir/checkpoints/$task" ] && kept="\"checkpoints/$task\""
  put . status.json '{"agent_id":"%s","task_id":"%s","attempt":"%s","nonce":"%s","status":"%s","progress":%s,"text":%s,"started_at":%s,"updated_at":"%s","output_files":[],"errors":%s,"next_task":null,"checkpoint":%s}\n' \
    "$agent" "$task" "$attempt" "$nonce" "$1" "$2" "$3" "$started" "$now" "$4" "$kept"
}

ring() { # Opened for both, so that it waits for no reader and never fails for want of one.
  [ -p "${dir%/*}/bell" ] && [ -w "${dir%/*}/bell" ] || return 0
  # It may be full, and its reader stand still. Waited for: where process 1 collects nobody an orphan stays as a zombie.
  if command -v timeout >/dev/null 2>&1; then
    timeout -s KILL 2 sh -c 'printf "R %s\n" "$2" 1<>"$1"' sh "${dir%/*}/bell" "$agent" </dev/null >/dev/null 2>&1
  else
    printf 'R %s\n' "$agent" </dev/null 1<>"${dir%/*}/bell" 2>/dev/null &
  fi
}

finish() { # OUTCOME WORD TEXT
  record=$dir/results/$attempt.json
  if [ -f "$record" ]; then
    before=$(field "$record" outcome)
    [ "$(field "$record" nonce)" = "$nonce" ] || before=
    if [ "$before" = "$1" ]; then
      printf 'orchestra-report: %s was reported as %s before.\n' "$attempt" "$1"
      ring
      exit 0
    fi
    [ -z "$before" ] || refuse "$attempt is finished already: it was reported as $before"
  fi
  put results "$attempt.json" '{"agent_id":"%s","task_id":"%s","attempt":"%s","nonce":"%s","outcome":"%s","text":%s,"ended_at":"%s"}\n' \
    "$agent" "$task" "$attempt" "$nonce" "$1" "$3" "$now"
  errors='[]' progress=1
  if [ "$1" != done ]; then
    errors="[$3]"
    progress=$(last_progress)
  fi
  write_status "$2" "$progress" "$3" "$errors"
}

last_progress() {
  value=null
  [ "$(field "$dir/status.json" nonce)" = "$nonce" ] && value=$(field "$dir/status.json" progress)
  printf '%s' "${value:-null}"
}

last_text() { # As it stands there, JSON: what was said before is not taken back by a checkpoint.
  said=null
  if [ "$(field "$dir/status.json" nonce)" = "$nonce" ]; then
    # Looked at a moment ago.
    IFS= read -r row <"$dir/status.json"
    case $row in
      *'"text":'*',"started_at":'*)
        said=${row#*'"text":'}
        said=${said%%',"started_at":'*}
        ;;
    esac
  fi
  printf '%s' "$said"
}

still_open() {
  record=$dir/results/$attempt.json
  if [ -f "$record" ] && [ "$(field "$record" nonce)" = "$nonce" ]; then
    refuse "$attempt is finished already: it was reported as $(field "$record" outcome)"
  fi
}

# --- what is asked ----------------------------------------------------------------------------------------------------

verb=${1:-}
case $verb in
  '') misused 'what is there to report?' ;;
  -h | --help | help)
    usage
    exit 0
    ;;
  status | done | fail | blocked | checkpoint) shift ;;
  *) misused "there is no report called $verb" ;;
esac

umask 077
unset CDPATH
dir=${ORCHESTRA_DIR:-}
[ -n "$dir" ] || refuse 'this is no agent of orchestra: ORCHESTRA_DIR is not set'
[ -d "$dir" ] || refuse "there is no directory $dir"
dir=$(cd -P "$dir" && printf '%s' "$PWD") || refuse "cannot enter $dir"
[ -f "$dir/task.json" ] && [ ! -h "$dir/task.json" ] || refuse 'there is no task now'
agent=${ORCHESTRA_AGENT:-${dir##*/}}
task=$(field "$dir/task.json" task)
attempt=$(field "$dir/task.json" attempt)
nonce=$(field "$dir/task.json" nonce)
case $task/$attempt/$nonce in
  /* | *//* | */) refuse "$dir/task.json cannot be read" ;;
esac
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)

case $verb in
  status)
    [ $# -gt 0 ] || misused 'status needs a number from 0 to 1'
    progress=$(progress_of "$1") || misused "$1 is no number from 0 to 1"
    shift
    still_open
    write_status IN_PROGRESS "$progress" "$(text_of "$@")" '[]'
    ;;
  done)
    finish done COMPLETED "$(text_of "$@")"
    ;;
  fail | blocked)
    [ $# -gt 0 ] && [ -n "$*" ] || misused "$verb needs a reason"
    if [ "$verb" = fail ]; then word=FAILED; else word=BLOCKED; fi
    finish "$verb" "$word" "$(text_of "$@")"
    ;;
  checkpoint)
    [ $# -eq 1 ] || misused 'checkpoint needs one file'
    [ -f "$1" ] && [ -r "$1" ] || misused "$1 is no file that can be read"
    size=$(wc -c <"$1")
    [ "$size" -le 1048576 ] || refuse "$1 has $((size)) bytes; at most 1048576 are kept"
    still_open
    whole checkpoints "$task" <"$1"
    write_status IN_PROGRESS "$(last_progress)" "$(last_text)" '[]'
    ;;
esac
ring
exit 0
