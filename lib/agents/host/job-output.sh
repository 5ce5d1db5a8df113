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

# A job's output goes to the pane, or readably to that of its agent, and its end into a file; its exit status stays its
# own.
start_copying() {
  copier='' keeper='' shower=''
  [ -f "$gen/capture" ] || return 0
  mkfifo "$gen/raw" "$gen/copy" || fail "cannot write into $gen"
  if [ -f "$gen/seat" ]; then
    mkfifo "$gen/seen" || fail "cannot write into $gen"
    sh "${dir%/*}/bin/show-stream" "$gen/seat" <"$gen/seen" >/dev/null 2>&1 9>&- &
    shower=$!
    # Whoever shows it may end: what is kept is not to suffer from it.
    (
      trap '' PIPE
      exec tee "$gen/copy" <"$gen/raw" >"$gen/seen" 2>/dev/null 9>&-
    ) &
  else
    tee "$gen/copy" <"$gen/raw" 2>/dev/null 9>&- &
  fi
  copier=$!
  tail -c "$KEPT" <"$gen/copy" >"$gen/output.part" 2>/dev/null 9>&- &
  keeper=$!
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
  wait "$copier"
  [ -z "$shower" ] || wait "$shower"
  call_off "$guard"
  mv -f "$gen/output.part" "$gen/output"
  rm -f "$gen/raw" "$gen/copy" "$gen/seen"
}

tell_seat() { # TEXT: the last words on the agent's pane, before the record: after that nothing here may last.
  [ -f "$gen/seat" ] || return 0
  {
    IFS= read -r seat
    IFS= read -r title
  } <"$gen/seat"
  put "$seat/screen" "-- $title $1 --" 'No task now.'
}
