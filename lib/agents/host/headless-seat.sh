#!/bin/sh
# The pane of an agent whose every task is a process of its own (`mode: headless`): it waits, and shows. What runs
# stands in a window of its own; its launcher writes the readable form of what it prints to our FIFO. Never to our
# terminal by its name: the kernel gives that to another pane, or to a person, once we have ended.
#
#   headless-seat.sh AGENT TITLE [ATTEMPT]
umask 077
# Nothing that is typed here reaches anybody, and nothing that is typed ends or stops us.
stty -echo -icanon -isig -ixon 2>/dev/null
# Beside the agent's own directory, where its sandbox may not put something else in its place.
screen=${ORCHESTRA_DIR%.agent}.start/screen
[ -p "$screen" ] && [ ! -h "$screen" ] || { rm -rf "$screen" && mkfifo "$screen"; }
printf '%s: %s, headless: a process for each task, shown here.\n' "$1" "$2"
if [ -n "${3:-}" ]; then printf '%s goes on.\n' "$3"; else printf 'No task now.\n'; fi
# Swallows what is typed. (What runs in the background has no stdin unless it is another descriptor.)
exec 3<&0
cat <&3 >/dev/null &
# Never ends: it holds the other end itself.
exec cat 3<&- <>"$screen"
