#!/bin/sh
# Shows a pane of somebody's tmux in ours, and passes on what is typed here. Of that tmux it captures the pane and sends it
# keys, nothing else: whatever becomes of us, that program goes on.
#
#   adopted-pane.sh TMUX SOCKET PANE PID
#
# Ends when that program has, or when another runs in that pane.
tmux=$1 socket=$2 pane=$3 pid=$4
case $socket in /*) ;; *) socket=${TMUX_TMPDIR:-/tmp}/tmux-$(id -u)/$socket ;; esac
esc=$(printf '\033')
bel=$(printf '\007')
theirs() { TMUX='' "$tmux" -u -S "$socket" "$@" 2>/dev/null; }

leave() {
  trap - TERM HUP INT EXIT
  [ -z "${reader:-}" ] || kill "$reader" 2>/dev/null
  [ -z "${1:-}" ] || printf '%s[0m%s[2J%s[H%s\r\n' "$esc" "$esc" "$esc" "$1"
  exit "${2:-0}"
}
trap 'leave' TERM HUP INT

# Its terminal is that pane's: a number alone may be another program's by now.
stands() {
  at=$(theirs display-message -p -t "$pane" '#{pane_id} #{pane_dead} #{pane_tty}') || return 1
  case $at in "$pane 0 /dev/"*) ;; *) return 1 ;; esac
  on=$(ps -o tty= -p "$pid" 2>/dev/null | tr -d ' ')
  [ -n "$on" ] && [ "/dev/$on" = "${at##* }" ]
}

stands || leave "the program with process id $pid is not in the pane $pane of $socket" 1
stty raw -echo 2>/dev/null
printf '%s[?2004h%s[?7l' "$esc" "$esc"

exec 3<&0
(
  while keys=$(dd bs=1024 count=1 2>/dev/null <&3 | od -An -v -tx1 | tr -d '\n') && [ -n "$keys" ]; do
    # Words of hex, one a byte.
    # shellcheck disable=SC2086
    theirs send-keys -t "$pane" -H $keys
  done
) &
reader=$!

size= before= n=0
format='#{pane_id}|#{pane_width}|#{pane_height}|#{cursor_x}|#{cursor_y}|#{cursor_flag}|#{pane_title}'
while :; do
  now=$(theirs display-message -p -t "$pane" "$format" \; capture-pane -e -p -t "$pane") || leave "the pane $pane of $socket is gone" 0
  if [ "$now" != "$before" ]; then
    before=$now
    head=${now%%"
"*}
    case $head in "$pane|"*) ;; *) leave "the pane $pane of $socket is gone" 0 ;; esac
    rest=${head#*|}
    cols=${rest%%|*} rest=${rest#*|}
    rows=${rest%%|*} rest=${rest#*|}
    x=${rest%%|*} rest=${rest#*|}
    y=${rest%%|*} rest=${rest#*|}
    shown=${rest%%|*} title=${rest#*|}
    # Ours is as large as theirs, never the other way round.
    if [ "$size" != "$cols $rows" ] && [ -n "${TMUX_PANE:-}" ]; then
      "$tmux" resize-window -t "$TMUX_PANE" -x "$cols" -y "$rows" 2>/dev/null
      size="$cols $rows"
    fi
    case $shown in 1) cursor=h ;; *) cursor=l ;; esac
    # In one write. The colour of a row goes on in the next, so the rest of a row is cleared without it.
    printf '%s\n' "$now" | tail -n +2 | ORC_TITLE=$title awk -v e="$esc" -v b="$bel" -v rows="$rows" -v x="$x" -v y="$y" -v c="$cursor" '
      BEGIN { out = e "]2;" ENVIRON["ORC_TITLE"] b e "[?25l" e "[0m" }
      NR <= rows { out = out e "[" NR ";1H" $0 e "7" e "[0m" e "[K" e "8"; last = NR }
      END { out = out e "[0m"; for (i = last + 1; i <= rows; i++) out = out e "[" i ";1H" e "[K"; printf "%s%s[%d;%dH%s[?25%s", out, e, y + 1, x + 1, e, c }'
  fi
  sleep 0.2
  n=$(((n + 1) % 10))
  [ "$n" != 0 ] || stands || leave "the program in the pane $pane of $socket has ended" 0
done
