#!/usr/bin/env bash
# Checks what orchestra needs on this machine, installs it where it may, or says in one line what to install.
# --tests: also what the tests use (an ssh server).
set -euo pipefail

missing=()
command -v tmux > /dev/null || missing+=(tmux)
if [ "${1:-}" = --tests ]; then
  command -v ssh > /dev/null || missing+=(openssh-client)
  [ -x /usr/sbin/sshd ] || command -v sshd > /dev/null || missing+=(openssh-server)
  command -v ip > /dev/null || missing+=(iproute2)
fi

node_ok() { node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)'; }
if ! command -v node > /dev/null || ! node_ok; then
  echo 'orchestra needs Node 20.19 or newer with npm: see https://nodejs.org (or: apt install nodejs npm, brew install node)' >&2
  exit 1
fi

[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
  echo "installing ${missing[*]}"
  apt-get update -qq > /dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
elif command -v apt-get > /dev/null; then
  echo "please install: sudo apt-get install ${missing[*]}" >&2
  exit 1
elif command -v brew > /dev/null && [ "${1:-}" != --tests ]; then
  echo "installing ${missing[*]}"
  brew install "${missing[@]}"
else
  echo "please install with your package manager: ${missing[*]}" >&2
  exit 1
fi
