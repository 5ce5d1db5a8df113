/**
 * A stand-in for the model behind a headless CLI: prints what the real ones printed (spec/fixtures/streams), ends as they
 * ended, and writes into a ledger of its own what it was given and what it did. Its own words tell which CLI it plays.
 */
import { chmodSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const STREAMS = fileURLToPath(new URL('../fixtures/streams', import.meta.url))

const PROGRAM = `#!/bin/sh
# Scenes, by the word scene:NAME of the prompt.
case " $* " in
  *' exec '*) cli=codex/0.169.0 ;;
  *' -p '*) cli=claude/2.1.329 ;;
  *) cli=plain ;;
esac
prompt=$(cat)
scene=\${prompt#*scene:}
scene=\${scene%%[!a-z]*}
rest=\${prompt#Task }
task=\${rest%%:*}
nonce=$(sed -n 's/.*"nonce": *"\\([^"]*\\)".*/\\1/p' "$ORCHESTRA_DIR/task.json")
ledger() { printf '%s %s %s %s %s\\n' "$1" "$task" "$nonce" "$ORCHESTRA_AGENT" "$(date +%s.%N)" >> "$LEDGER"; }
stream() { # CASE EXIT
  if [ "$cli" = plain ]; then printf 'did %s\\n' "$task"; else sed "s/Done. The test passes now./did $task/g" '${STREAMS}'/"$cli-$1/stream.txt"; fi
  ledger end
  exit "$2"
}
wait_for() { until [ -e "$GATES/$task.$1" ]; do sleep 0.05; done; }
ledger start
printf '%s\\n' "$*" > "$GATES/$task.argv"
printf '%s' "$prompt" > "$GATES/$task.prompt"
case $scene in
  slow)
    printf '{"type":"item.completed","item":{"type":"agent_message","text":"I begin."}}\\n'
    wait_for go
    stream done 0
    ;;
  stubborn)
    trap '' TERM HUP INT
    while :; do sleep 0.1; done
    ;;
  hang) exec sleep 600 ;;
  refused) stream refused 1 ;;
  limited) stream limited 1 ;;
  twice) # Limited once, then not any more.
    [ -e "$GATES/$task.limited" ] && stream done 0
    : > "$GATES/$task.limited"
    printf '{"type":"turn.failed","error":{"message":"429: usage limit, try again in 2 seconds"}}\\n'
    exit 1
    ;;
  lie) stream refused 0 ;;
  cut) printf '{"type":"thread.started","thread_id":"t"}\\n'; exit 0 ;;
  hostile)
    printf '\\033]2;owned\\007\\033[2Jraw words\\n'
    printf '%s\\n' '{"type":"item.completed","item":{"type":"agent_message","text":"\\u001b]2;owned\\u0007\\u001b[31mred \\u202eback\\u202c \\u009b2J\\nsecond"}}'
    stream done 0
    ;;
  progress)
    orchestra-report status 0.5 'half of it'
    wait_for go
    stream done 0
    ;;
  blocked)
    orchestra-report blocked 'needs a key'
    stream done 0
    ;;
  *) stream done 0 ;;
esac
`

/** It wants LEDGER (a file) and GATES (a directory) in its environment; scene:slow goes on when GATES/<task>.go is there. */
export function writeHeadlessCli(path: string): string {
  writeFileSync(path, PROGRAM)
  chmodSync(path, 0o755)
  return path
}
