/**
 * The program that a CLI's hooks call: it keeps the newest event as `hook.json` in the agent's directory, whole, and
 * rings the daemon as `orchestra-report` does. It prints nothing and never fails: a hook's words reach the model.
 */
import type { FileEdit } from './definition.js'

/** `$ORCHESTRA_DIR/hook.json`: `{ "event": "Stop", "payload": {…} }`, at most 64 KB; a payload that was cut is no JSON. */
export const HOOK_RECORD = 'hook.json'

const SCRIPT = `#!/bin/sh
# Keeps the newest event of the agent's own hooks and rings the daemon. Prints nothing, never fails.
umask 077
unset CDPATH
dir=\${ORCHESTRA_DIR:-}
# The agent's sandbox may write in that directory: a fresh one in it, no link on the way, and renamed into place.
cd -P "$dir" 2> /dev/null || exit 0
here=$PWD
new=$(mktemp -d "$here/.new.XXXXXXXXXXXX" 2> /dev/null) || exit 0
set -C
if cd -P "$new" && [ "$PWD" = "$new" ] &&
  { printf '{"event":"%s","payload":' "$1"; head -c 65000; printf '}\\n'; } 2> /dev/null > ${HOOK_RECORD}; then
  [ ! -d "$here/${HOOK_RECORD}" ] || [ -h "$here/${HOOK_RECORD}" ] || mv "$here/${HOOK_RECORD}" ./away
  mv -f ${HOOK_RECORD} "$here/"
fi
cd "$here" && rm -rf "$new"
bell=\${dir%/*}/bell
if [ -p "$bell" ] && [ -w "$bell" ]; then
  agent=\${ORCHESTRA_AGENT:-\${dir##*/}}
  # Waited for, but not for long: it may be full, and an orphan may stay as a zombie.
  if command -v timeout > /dev/null 2>&1; then
    timeout -s KILL 2 sh -c 'printf "R %s\\n" "$2" 1<> "$1"' sh "$bell" "$agent" < /dev/null > /dev/null 2>&1
  else
    printf 'R %s\\n' "$agent" < /dev/null 1<> "$bell" 2> /dev/null &
  fi
fi
exit 0
`

/** A CLI runs it outside of its sandbox: it stands where that may not write. */
export function hookFiles(startDir: string): readonly FileEdit[] {
  return [{ path: hookPath(startDir), merge: () => SCRIPT, remove: () => null }]
}

export function hookPath(startDir: string): string {
  return `${startDir}/hook.sh`
}
