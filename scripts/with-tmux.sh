#!/bin/sh
# Runs a command with another tmux in the place of the machine's own, seen by that command alone (root, Linux):
#   scripts/with-tmux.sh /path/to/tmux npx mocha spec/e2e/cluster-local.spec.ts
set -eu
if [ $# -lt 2 ] || [ ! -x "$1" ]; then
  sed -n '2,3s/^# //p' "$0" >&2
  exit 2
fi
exec unshare -m sh -ec '
  mount --bind "$1" "$(readlink -f "$(command -v tmux)")"
  shift
  tmux -V >&2
  exec "$@"' sh "$@"
