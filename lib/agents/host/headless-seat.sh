#!/bin/sh
# The pane of an agent whose every task is a process of its own (`mode: headless`): it waits, and shows. What runs
# stands in a window of its own; its launcher writes the readable form of what it prints to this terminal.
#
#   headless-seat.sh AGENT TITLE [ATTEMPT]
umask 077
# Nothing that is typed here reaches anybody, and nothing that is typed ends or stops us.
stty -echo -icanon -isig -ixon 2>/dev/null
tty >"$ORCHESTRA_DIR/tty.part" && mv -f "$ORCHESTRA_DIR/tty.part" "$ORCHESTRA_DIR/tty"
printf '%s: %s, headless: a process for each task, shown here.\n' "$1" "$2"
if [ -n "${3:-}" ]; then printf '%s goes on.\n' "$3"; else printf 'No task now.\n'; fi
exec cat >/dev/null
