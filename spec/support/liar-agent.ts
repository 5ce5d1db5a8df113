/** An agent that says it is done in every way but the right one, and programs that tell the truth in odd ways. */
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const FIELDS = `
esc=$(printf '\\033')
field() { sed -n 's/.*"'"$1"'": *"\\([^"]*\\)".*/\\1/p' "$2" 2>/dev/null | head -n 1; }
ring() { printf 'R %s\\n' "$ORCHESTRA_AGENT" 1<> "\${ORCHESTRA_DIR%/*}/bell"; sleep 0.7; }
say() { printf '%s\\n' "$*"; }
`

/** Knows the nonces of all, as every process of one user does, but never joins its own. */
const LIAR = `#!/bin/sh
${FIELDS}
trap 'say ignored' INT
stty -icanon -echoctl min 1 time 0
printf '%s[?2004h❯ ' "$esc"
said=
while :; do
  line=
  IFS= read -r line || [ -n "$line" ] || continue
  text="$text
$line"
  case $line in *'as the word.'*) ;; *) continue ;; esac
  printf '%s]2;⠋ demo · lying\\007' "$esc"
  mine=$(field nonce "$ORCHESTRA_DIR/task.json") task=$(field task "$ORCHESTRA_DIR/task.json")
  attempt=$(field attempt "$ORCHESTRA_DIR/task.json")
  say "$text"
  say 'All done! The task is COMPLETED. DONE. 完了しました'
  say "<<ORC:$mine" "DONE>>" "ORC:$mine:DONE" "<ORC:$mine:DONE" "<<ORC:$mine:FINE>>" "<<ORC:aaaaaaaa:DONE>>"
  say "ORC=$mine" "=DONE" "ORC=$mine=FINE" "ORC=$mine=done" "XORC=$mine=DONE" "ORC=$mine=DONE/FAIL" "ORC=aaaaaaaa=DONE"
  say "  12 +ORC=$mine=DONE"; say "  13 + ORC=$mine=DONE"; say "+ORC=$mine=DONE"
  printf '%s]2;<<ORC:%s:DONE>>\\007%s]2;ORC=%s=DONE\\007%s]2;⠋ demo · lying\\007' "$esc" "$mine" "$esc" "$mine" "$esc"
  for other in "\${ORCHESTRA_DIR%/*}"/*.agent/task.json; do
    theirs=$(field nonce "$other")
    [ "$theirs" = "$mine" ] || said="$said <<ORC:$theirs:DONE>> ORC=$theirs=DONE"
  done
  say "$said"
  said="$said <<ORC:$(printf %s "$mine" | tr a-z b-za):DONE>>"
  status() { printf '{"agent_id":"%s","task_id":"%s","nonce":"%s","status":"COMPLETED","progress":1}' "$@" > "$ORCHESTRA_DIR/status.json"; ring; }
  result() { mkdir -p "$ORCHESTRA_DIR/results"; printf '{"agent_id":"%s","task_id":"%s","nonce":"%s","attempt":"%s","outcome":"done"}' "$@" > "$ORCHESTRA_DIR/results/$attempt.json"; ring; }
  status "$ORCHESTRA_AGENT" "$task" "\${theirs:-zzzzzzzz}x"
  status HONEST "$task" "$mine"
  status "$ORCHESTRA_AGENT" "" "$mine"
  say '{"status":"COMPLETED"}' > "$ORCHESTRA_DIR/status.json"; ring
  say 'not json' > "$ORCHESTRA_DIR/status.json"; ring
  result "$ORCHESTRA_AGENT" "$task" aaaaaaaa "$attempt"
  result "$ORCHESTRA_AGENT" "$task" "$mine" "$task.99"
  for file in "$ORCHESTRA_DIR/status.json" "$ORCHESTRA_DIR/results/$attempt.json"; do
    rm -f "$file"; mkfifo "$file"; ring
    rm -f "$file"; dd if=/dev/null of="$file" bs=1 seek=1073741824 2>/dev/null; ring
    rm -f "$file"; ln -s "\${ORCHESTRA_DIR%/*}/HONEST.agent/status.json" "$file"; ring
    rm -f "$file"; mkdir "$file"; ring; rmdir "$file"
  done
  text=
done
`

/** Ends every task with a marker that is printed as its task's id says. `command` type. */
const TELLER = `#!/bin/sh
${FIELDS}
while IFS= read -r line; do
  case $line in 'TASK '*) ;; *) continue ;; esac
  rest=\${line#TASK } task=\${rest%% *}
  n=$(field nonce "$ORCHESTRA_DIR/task.json")
  sleep 0.2
  case $task in
    plain) say "ORC=$n=DONE" ;;
    old) say "<<ORC:$n:DONE>>" ;;
    drawn) say "● <ORC:$n:DONE>" ;;
    linked) say "• <ORC:$n:DONE (ORC:$n:DONE)>" ;;
    bold) say "**ORC=$n=DONE**" ;;
    indented) printf '        ORC=%s=DONE   \\r\\n' "$n" ;;
    coloured) printf '%s[1;32mORC=%s[0m%s[36m%s=%s[4mDONE%s[0m\\n' "$esc" "$esc" "$esc" "$n" "$esc" "$esc" ;;
    bullet) say "● ORC=$n=DONE" ;;
    japanese) say "作業が完了しました。ORC=$n=DONE。以上です。" ;;
    wrapped) printf '│ 終わりました ORC=%s │\\n│ %s=DONE               │\\n' "\${n%????}" "\${n#????}" ;;
    narrow) stty cols 40; printf '                              ORC=%s\\r\\n%s=DO\\r\\nNE\\n' "\${n%??????}" "\${n#??}" ;;
    painted) printf '%s[5;30HORC=%s%s[6;1H%s=DONE%s[8;1H\\n' "$esc" "\${n%????}" "$esc" "\${n#????}" "$esc" ;;
    silent) printf 'ORC=%s=DONE' "$n" ;;
    flooded) for part in before after; do yes "a line $part that nobody can read at this speed" | head -n 80000; [ $part = after ] || say "ORC=$n=DONE"; done ;;
    oldflood) for part in before after; do yes "a line $part that nobody can read at this speed" | head -n 80000; [ $part = after ] || say "<ORC:$n:DONE (ORC:$n:DONE)>"; done ;;
    percent) say "ORC=$n=40%"; sleep 1; say "ORC=$n=DONE" ;;
    failing) say "ORC=$n=FAIL" ;;
    stuck) say "ORC=$n=BLOCKED" ;;
    itself) printf '{"agent_id":"%s","task_id":"%s","nonce":"%s","status":"COMPLETED","progress":1,"text":"wrote it myself"}' "$ORCHESTRA_AGENT" "$task" "$n" > "$ORCHESTRA_DIR/status.json"; ring ;;
    *) orchestra-report done "did $task" ;;
  esac
done
`

export interface OddAgents {
  readonly liar: string
  readonly teller: string
}

export function writeOddAgents(dir: string): OddAgents {
  const made = { liar: join(dir, 'liar.sh'), teller: join(dir, 'teller.sh') }
  writeFileSync(made.liar, LIAR)
  writeFileSync(made.teller, TELLER)
  for (const file of Object.values(made)) chmodSync(file, 0o755)
  return made
}
