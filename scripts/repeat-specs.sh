#!/usr/bin/env bash
# Runs each spec file so often, one after the other, while a busy loop runs on each core, and keeps what a failed run printed:
# `bash scripts/repeat-specs.sh 20 spec/e2e/run-notify.spec.ts …`. LOAD=0: without the busy loops. Exit 1 when one failed.
set -euo pipefail
cd "$(dirname "$0")/.."
times=${1:?how often}
shift
dir=$(mktemp -d)
loops=()
end() { [ "${#loops[@]}" = 0 ] || kill "${loops[@]}" 2> /dev/null || :; }
trap end EXIT
if [ "${LOAD:-1}" != 0 ]; then
  for _ in $(seq "$(nproc)"); do
    (while :; do :; done) &
    loops+=($!)
  done
fi
failed=0
for spec in "$@"; do
  bad=0 from=$SECONDS
  for n in $(seq "$times"); do
    log=$dir/$(basename "$spec").$n.log
    if npx mocha "$spec" > "$log" 2>&1; then rm "$log"; else bad=$((bad + 1)); fi
  done
  printf '%s: %s of %s failed, %s s a run\n' "$spec" "$bad" "$times" "$(((SECONDS - from) / times))"
  [ "$bad" = 0 ] || failed=1
done
rmdir "$dir" 2> /dev/null || printf 'what failed printed: %s\n' "$dir"
exit "$failed"
