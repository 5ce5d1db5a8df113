#!/bin/sh
# An agent without a model: behaves on the screen like an agent CLI, works as long as the task's estimate says, reports.
# POSIX sh and one sleep a tick, so that it runs on every host and fifteen of them weigh nothing.
#
#   DEMO_SECONDS=3   how long a prompt takes that brings no estimate     DEMO_ASK=1     asks for permission once a task
#   DEMO_MARKER=1    ends with the marker instead of orchestra-report    DEMO_FAIL=1    reports failure
#   DEMO_EXIT=N      exits with N in the middle of a task                DEMO_HANG=1    never comes to an end
#   DEMO_OUTPUTS=0   does not make the files that the task names         DEMO_SPEED=10  works ten times as fast
set -u

esc=$(printf '\033')
bel=$(printf '\007')
interrupted=0
last_nonce=
saved_tty=$(stty -g 2>/dev/null)

say() { printf '%s\n' "$*"; }
title() { printf '%s]2;%s%s' "$esc" "$1" "$bel"; }

# Hundredths of a second since some start. /proc/uptime costs no process; elsewhere whole seconds must do.
now_cs() {
  if [ -r /proc/uptime ]; then
    read -r up _ < /proc/uptime
    cs=$((${up%.*} * 100 + 1${up#*.} - 100))
  else
    cs=$(($(date +%s) * 100))
  fi
}

pause_cs() { # at most one tick; $1 hundredths
  if [ "$1" -ge 100 ]; then sleep $(($1 / 100)).$(($1 / 10 % 10)); else
    if [ "$1" -lt 10 ]; then sleep 0.0$1; else sleep "0.$1"; fi
  fi
}

report() {
  if [ -n "${ORCHESTRA_REPORT:-}" ]; then "$ORCHESTRA_REPORT" "$@" > /dev/null 2>&1
  elif command -v orchestra-report > /dev/null 2>&1; then orchestra-report "$@" > /dev/null 2>&1
  else return 1
  fi
}

marker() { [ -n "$nonce" ] && printf 'ORC=%s=%s\n' "$nonce" "$1"; }

# field NAME of the flat JSON text in $json: a string or a number, good enough for what the daemon writes.
field() {
  printf '%s' "$json" | tr '\n' ' ' | sed -n 's/.*"'"$1"'"[[:space:]]*:[[:space:]]*"\{0,1\}\([^",}]*\).*/\1/p'
}

load_task() { # $1 path of task.json
  task= nonce= estimate= json=
  [ -r "$1" ] || return 1
  # The daemon writes one field a line; reading that costs no process.
  while IFS= read -r row || [ -n "$row" ]; do
    json="$json$row "
    value=${row#*\": } value=${value%,} value=${value#\"} value=${value%\"}
    case $row in
      *'"task":'*) task=$value ;;
      *'"nonce":'*) nonce=$value ;;
      *'"estimate_ms":'*) estimate=$value ;;
    esac
  done < "$1"
  case $task in
    *[!A-Za-z0-9_-]* | '') ;;
    *) return 0 ;;
  esac
  task=$(field task) nonce=$(field nonce) estimate=$(field estimate_ms)
  case $task in *'{'* | '') task=$(field task_id) ;; esac
  [ -n "$task" ] || task=$(field id)
}

make_outputs() {
  [ "${DEMO_OUTPUTS:-1}" = 1 ] || return 0
  case $json in *'"outputs": []'*) return 0 ;; esac
  printf '%s' "$json" | tr '\n' ' ' | sed -n 's/.*"outputs"[[:space:]]*:[[:space:]]*\[\([^]]*\)\].*/\1/p' |
    tr ',' '\n' | sed -n 's/^[[:space:]]*"\(.*\)"[[:space:]]*$/\1/p' |
    while IFS= read -r path || [ -n "$path" ]; do
      case $path in /* | *..*) continue ;; esac
      case $path in
        */) mkdir -p "./$path" && printf 'made by the demo agent for %s (%s)\n' "$task" "$nonce" > "./${path}DEMO.md" ;;
        *)
          case $path in */*) mkdir -p "./${path%/*}" ;; esac
          printf 'made by the demo agent for %s (%s)\n' "$task" "$nonce" > "./$path"
          ;;
      esac
    done
}

ask() { # permission dialog; status 0 yes
  title "✋ demo · waiting"
  say ""
  say "Do you want to run this command?"
  say "  touch demo-${task:-file}.txt"
  say "❯ 1. Yes"
  say "  2. No"
  say "Enter to confirm · Esc to cancel"
  while :; do
    key=$(dd bs=1 count=1 2>/dev/null; printf x)
    key=${key%x}
    case $key in
      1 | y | "$(printf '\r')" | '
') say "✔ allowed"; return 0 ;;
      2 | n | "$esc") say "✘ denied"; return 1 ;;
      '') [ "$interrupted" = 1 ] && return 1; [ -t 0 ] || return 1 ;;
    esac
  done
}

work() { # $1 what it was asked
  now_cs; start=$cs
  ms=${estimate:-}
  case $ms in '' | *[!0-9]*) secs=${DEMO_SECONDS:-3}; case $secs in *[!0-9]* | '') secs=3 ;; esac; ms=$((secs * 1000)) ;; esac
  total=$((ms / 10 / ${DEMO_SPEED:-1}))
  [ "$total" -gt 0 ] || total=1
  step=100
  [ "$total" -gt 1500 ] || step=50
  end=$((start + total)) asked=0 tick=0 shown=-1 reported=$start outcome=done
  interrupted=0
  stty -echo 2>/dev/null
  say ""
  while :; do
    now_cs
    left=$((end - cs))
    [ "$interrupted" = 1 ] && { outcome=interrupted; break; }
    [ "$left" -le 0 ] && [ -z "${DEMO_HANG:-}" ] && break
    [ "$left" -gt 0 ] || left=$step
    percent=$((100 - left * 100 / total))
    [ "$percent" -ge 0 ] || percent=0
    if [ "$asked" = 0 ] && [ -n "${DEMO_ASK:-}" ] && [ "$percent" -ge 30 ]; then
      asked=1
      ask || { outcome=blocked; break; }
      now_cs; end=$((cs + left))
      continue
    fi
    if [ -n "${DEMO_EXIT:-}" ] && [ "$percent" -ge 50 ]; then
      say ""; say "demo: giving up"; stty "$saved_tty" 2>/dev/null; exit "$DEMO_EXIT"
    fi
    case $((tick % 4)) in 0) spin=⠋ verb=Working ;; 1) spin=⠙ verb=Working ;; 2) spin=⠹ verb=作業中 ;; *) spin=⠸ verb=Working ;; esac
    [ "$percent" = "$shown" ] || title "$spin demo · ${task:-prompt} $percent%"
    shown=$percent
    printf '\r%s[K%s %s… %s%% (%ss · ctrl+c to interrupt)' "$esc" "$spin" "$verb" "$percent" $(((cs - start) / 100))
    if [ -n "$nonce" ] && [ $((cs - reported)) -ge 200 ] && [ "$left" -gt 50 ]; then
      reported=$cs
      if [ -n "${DEMO_MARKER:-}" ] && [ -n "$nonce" ]; then printf '\r%s[K' "$esc"; marker "$percent%"
      else report status "$(printf '0.%02d' "$percent")" "$verb"; fi
      now_cs; left=$((end - cs)); [ "$left" -gt 0 ] || continue
    fi
    tick=$((tick + 1))
    if [ "$left" -gt "$step" ]; then pause_cs "$step"; else pause_cs "$left"; fi
  done
  printf '\r%s[K' "$esc"
  [ -n "${DEMO_FAIL:-}" ] && [ "$outcome" = done ] && outcome=fail
  case $outcome in
    done) [ -n "$nonce" ] && make_outputs; finish done DONE "● Done: $1" ;;
    fail) finish fail FAIL "● Failed: $1" ;;
    blocked) finish blocked BLOCKED "● Blocked: permission denied" ;;
    interrupted) say "■ Interrupted" ;;
  esac
  stty echo 2>/dev/null
}

finish() { # $1 report word, $2 marker word, $3 text
  say "$3"
  [ -n "$nonce" ] || return 0
  if [ -n "${DEMO_MARKER:-}" ]; then marker "$2"; else report "$1" "demo: $1" || marker "$2"; fi
}

composer() {
  title "◇ demo · ready"
  printf '\n❯ '
}

# One prompt into $prompt: a line, or all lines of a bracketed paste up to the Enter after it.
read_prompt() {
  prompt= inside=0
  while :; do
    line=
    IFS= read -r line || { [ "$interrupted" = 1 ] && { interrupted=0; prompt=; return 0; }; [ -n "$line" ] || return 1; }
    case $line in *"$esc[200~"*) inside=1 ;; esac
    case ${line##*"$esc[200~"} in *"$esc[201~"*) inside=0 ;; esac
    prompt="$prompt$line"
    [ "$inside" = 1 ] || break
    prompt="$prompt
"
  done
  start_paste="$esc[200~" end_paste="$esc[201~"
  while :; do
    case $prompt in
      *"$start_paste"*) prompt="${prompt%%"$start_paste"*}${prompt#*"$start_paste"}" ;;
      *"$end_paste"*) prompt="${prompt%%"$end_paste"*}${prompt#*"$end_paste"}" ;;
      *) break ;;
    esac
  done
}

trap 'interrupted=1' INT
stty -icanon -echoctl min 1 time 0 2>/dev/null
printf '%s[?2004h' "$esc"
say "╭──────────────────────────────╮"
say "│ orchestra demo agent · デモ  │"
say "╰──────────────────────────────╯"
composer
while read_prompt; do
  [ -n "$prompt" ] || { composer; continue; }
  task= nonce= estimate= json=
  case $prompt in
    'TASK '*) rest=${prompt#TASK }; load_task "${rest#* }"; task=${task:-${rest%% *}}; last_nonce=$nonce ;;
    *)
      # A task's prompt comes after its task.json; the same nonce again is a message about work already done.
      if load_task "${ORCHESTRA_DIR:-/nonexistent}/task.json" && [ "$nonce" != "$last_nonce" ]; then last_nonce=$nonce
      else task= nonce= estimate= json=; fi
      ;;
  esac
  work "${task:-prompt}"
  composer
done
stty "$saved_tty" 2>/dev/null
printf '%s[?2004l' "$esc"
