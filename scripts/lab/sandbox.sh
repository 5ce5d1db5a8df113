#!/bin/sh
# Runs a command with no network but the loopback, where we may (root); elsewhere as it is.
if [ "$(id -u)" = 0 ] && unshare -n true 2> /dev/null; then
  exec unshare -n sh -c 'ip link set lo up 2> /dev/null; exec "$@"' sandbox "$@"
fi
echo 'lab: no network namespace; the agents are configured for the loopback only' >&2
exec "$@"
