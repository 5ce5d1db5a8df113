# What the launcher does with the output of a job, and other things that it starts beside the program. Read by launch.sh
# with `.`; each process that is started here is waited for.

later() { # SECONDS COMMAND…, in the background. `call_off` leaves no process of it behind.
  before=$!
  trap '[ "$!" = "$before" ] || kill -s KILL "$!"; wait; exit 0' TERM
  sleep "$1" &
  wait "$!"
  trap - TERM
  shift
  "$@"
}

call_off() { # PID
  kill -s TERM "$1"
  wait "$1"
}

put() { # FIFO LINE…: opened for both, so that it waits for no reader and never fails for want of one.
  fifo=$1
  shift
  [ -p "$fifo" ] && [ -w "$fifo" ] || return 0
  # It may be full, and its reader stand still.
  if command -v timeout >/dev/null 2>&1; then
    timeout -s KILL 2 sh -c 'fifo=$1; shift; printf "%s\n" "$@" 1<>"$fifo"' sh "$fifo" "$@" </dev/null >/dev/null 2>&1 9>&-
  else
    printf '%s\n' "$@" </dev/null 1<>"$fifo" 2>/dev/null 9>&- &
  fi
}

# A job's output goes to the pane, or readably to that of its agent. Kept of it is the beginning (HALF bytes and up to a MB
# more), how many bytes came after that, and the last HALF bytes; a short one is kept as one file. Its exit status stays
# its own.
HALF=2097152

start_copying() {
  copier='' beginner='' keeper='' shower=''
  [ -f "$gen/capture" ] || return 0
  mkfifo "$gen/raw" "$gen/copy" "$gen/first" || fail "cannot write into $gen"
  if [ -f "$gen/seat" ]; then
    mkfifo "$gen/seen" || fail "cannot write into $gen"
    sh "${dir%/*}/bin/show-stream" "$gen/seat" <"$gen/seen" >/dev/null 2>&1 9>&- &
    shower=$!
    # Whoever shows it may end: what is kept is not to suffer from it.
    (
      trap '' PIPE
      exec tee "$gen/copy" "$gen/first" <"$gen/raw" >"$gen/seen" 2>/dev/null 9>&-
    ) &
  else
    tee "$gen/copy" "$gen/first" <"$gen/raw" 2>/dev/null 9>&- &
  fi
  copier=$!
  tail -c "$HALF" <"$gen/copy" >"$gen/output.end" 2>/dev/null 9>&- &
  keeper=$!
  (
    exec <"$gen/first" 2>/dev/null 9>&-
    keep_beginning
  ) &
  beginner=$!
}

keep_beginning() { # Of stdin. dd reads no byte that it does not write, and writes each as it comes.
  size=0
  while [ "$size" -lt "$HALF" ]; do
    before=$size
    dd bs=4096 count=256 >>"$gen/output.begin"
    size=$(($(wc -c <"$gen/output.begin")))
    [ "$size" -gt "$before" ] || break
  done
  wc -c >"$gen/output.rest"
}

stop_copying() { # Another user's process, which we may not end, may hold the output open for ever.
  kill -s TERM "$copier"
  [ -z "$shower" ] || kill -s TERM -- "-$shower" || kill -s TERM "$shower"
}

finish_copying() {
  [ -n "$copier" ] || return 0
  later 2 stop_copying 9>&- &
  guard=$!
  wait "$keeper"
  wait "$beginner"
  wait "$copier"
  [ -z "$shower" ] || wait "$shower"
  call_off "$guard"
  rest=$(read_line "$gen/output.rest")
  if [ "$((${rest:-1}))" -eq 0 ] && [ "$(wc -c <"$gen/output.begin")" -le "$KEPT" ]; then
    mv -f "$gen/output.begin" "$gen/output"
    rm -f "$gen/output.end" "$gen/output.rest"
  else
    tail -c "$KEPT" <"$gen/output.end" >"$gen/output.part" && mv -f "$gen/output.part" "$gen/output"
  fi
  rm -f "$gen/raw" "$gen/copy" "$gen/first" "$gen/seen"
}

tell_seat() { # TEXT: the last words on the agent's pane, before the record: after that nothing here may last.
  [ -f "$gen/seat" ] || return 0
  {
    IFS= read -r seat
    IFS= read -r title
  } <"$gen/seat"
  put "$seat/screen" "-- $title $1 --" 'No task now.'
}
