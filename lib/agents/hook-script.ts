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
dir=\${ORCHESTRA_DIR:-}
[ -d "$dir" ] || exit 0
if { printf '{"event":"%s","payload":' "$1"; head -c 65000; printf '}\\n'; } > "$dir/.hook.$$" 2> /dev/null; then
  mv -f "$dir/.hook.$$" "$dir/${HOOK_RECORD}"
else
  rm -f "$dir/.hook.$$"
fi
bell=\${dir%/*}/bell
if [ -p "$bell" ] && [ -w "$bell" ]; then
  printf 'R %s\\n' "\${ORCHESTRA_AGENT:-\${dir##*/}}" < /dev/null 1<> "$bell" 2> /dev/null &
fi
exit 0
`

/** The script, and nothing said yet: what an earlier process told last is no word of the next. */
export function hookFiles(agentDir: string): readonly FileEdit[] {
  return [
    { path: hookPath(agentDir), merge: () => SCRIPT, remove: () => null },
    { path: `${agentDir}/${HOOK_RECORD}`, merge: () => '{}\n', remove: () => null },
  ]
}

export function hookPath(agentDir: string): string {
  return `${agentDir}/hook.sh`
}
