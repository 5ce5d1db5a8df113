/**
 * Agents that write down themselves what they were given and what they did, each machine into a file of its own that
 * orchestra knows nothing of: the proof that a task ran once.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

export interface LedgerAgents {
  /** Takes `TASK id path` lines: `type: command`. Works LEDGER_SECONDS. */
  readonly line: string
  /** Takes prompts in its composer: `extends: demo`. Works as long as the estimate says. */
  readonly tui: string
  /** One process a task: `type: command`, `mode: headless`. Works LEDGER_SECONDS. */
  readonly headless: string
}

export interface LedgerEntry {
  /** `start` when it was given the task, `end` when its work was done and not yet reported, `cut` when it was interrupted. */
  readonly word: 'start' | 'end' | 'cut'
  readonly task: string
  readonly nonce: string
  readonly agent: string
  readonly at: number
}

const LEDGER = `
ledger() { # WORD TASK NONCE
  printf '%s %s %s %s %s\\n' "$1" "$2" "\${3:--}" "$ORCHESTRA_AGENT" "$(date +%s.%N)" >> "$LEDGER"
}`

const LINE_AGENT = `#!/bin/sh
${LEDGER}
cut=0
trap 'cut=1' INT
field() { sed -n 's/.*"'"$1"'": *"\\([^"]*\\)".*/\\1/p' "$2" | head -n 1; }
printf 'ready\\n'
while :; do
  line=
  IFS= read -r line || { [ "$cut" = 1 ] && { cut=0; continue; }; exit 0; }
  case $line in 'TASK '*) ;; *) ledger start "?$line" -; continue ;; esac
  rest=\${line#TASK } task=\${rest%% *} file=\${line#TASK * }
  nonce=$(field nonce "$file")
  ledger start "$task" "$nonce"
  cut=0
  sleep "\${LEDGER_SECONDS:-1}"
  if [ "$cut" = 1 ]; then ledger cut "$task" "$nonce"; cut=0; continue; fi
  ledger end "$task" "$nonce"
  orchestra-report done "did $task"
done
`

const PROCESS = `#!/bin/sh
${LEDGER}
task=$(sed -n '1s/^Task \\([^:]*\\):.*/\\1/p')
nonce=$(sed -n 's/.*"nonce": *"\\([^"]*\\)".*/\\1/p' "$ORCHESTRA_DIR/task.json")
ledger start "$task" "$nonce"
sleep "\${LEDGER_SECONDS:-1}"
ledger end "$task" "$nonce"
printf 'did %s\\n' "$task"
`

/** Writes the programs into `dir`. They want LEDGER in their environment: the file. */
export function writeLedgerAgents(dir: string): LedgerAgents {
  mkdirSync(dir, { recursive: true })
  const demo = readFileSync(join(ROOT, 'lib/agents/host/demo-agent.sh'), 'utf8')
  const tui = [
    [/^#!.*\n/, (line: string) => `${line}${LEDGER}\n`],
    [/^work\(\) \{.*$/m, (line: string) => `${line}\n  ledger start "\${task:-?}" "$nonce"`],
    [/^finish\(\) \{.*$/m, (line: string) => `${line}\n  ledger end "\${task:-?}" "$nonce"`],
    [/^ *interrupted\) /m, (line: string) => `${line}ledger cut "\${task:-?}" "$nonce"; `],
  ] as const
  const text = tui.reduce((program, [place, put]) => {
    if (!place.test(program)) throw new Error(`the demo agent has no ${place} any more`)
    return program.replace(place, put)
  }, demo)
  const made = {
    line: join(dir, 'ledger-line.sh'),
    tui: join(dir, 'ledger-tui.sh'),
    headless: join(dir, 'ledger-process.sh'),
  }
  writeFileSync(made.line, LINE_AGENT)
  writeFileSync(made.headless, PROCESS)
  writeFileSync(made.tui, text)
  for (const file of Object.values(made)) chmodSync(file, 0o755)
  return made
}

/** In the order of time. */
export function readLedgers(files: readonly string[]): LedgerEntry[] {
  const lines = files.flatMap((file) => (existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []))
  const entries = lines.filter(Boolean).map((line) => {
    const [word = '', task = '', nonce = '', agent = '', at = ''] = line.split(' ')
    return { word: word as LedgerEntry['word'], task, nonce, agent, at: Number(at) }
  })
  return entries.toSorted((a, b) => a.at - b.at)
}

/** What is wrong with it: a task twice at a time, a prompt that came twice, a task that did not end exactly once. */
export function ledgerProblems(entries: readonly LedgerEntry[], tasks: readonly string[]): string[] {
  const problems: string[] = []
  const open = new Map<string, LedgerEntry>()
  const nonces = new Set<string>()
  const ended = new Map<string, number>()
  for (const entry of entries) {
    const { word, task, nonce, agent } = entry
    if (word !== 'start') {
      open.delete(task)
      if (word === 'end') ended.set(task, (ended.get(task) ?? 0) + 1)
      continue
    }
    const other = open.get(task)
    if (other !== undefined) problems.push(`${task} began on ${agent} while ${other.agent} was at it`)
    if (nonces.has(`${task} ${nonce}`)) problems.push(`${task}: the attempt ${nonce} was delivered twice`)
    if (!tasks.includes(task)) problems.push(`${agent} was given something else: ${task}`)
    nonces.add(`${task} ${nonce}`)
    open.set(task, entry)
  }
  for (const task of tasks) {
    const times = ended.get(task) ?? 0
    if (times !== 1) problems.push(`${task} was done ${times} times`)
  }
  return problems
}

/** For a layout: the types `line` and `tui`, which work a third of a second and write into that ledger. */
export function quickLedgerTypes(
  agents: { readonly line: string; readonly tui: string },
  ledger: string,
): string {
  return `agent_types:
  line: { extends: command, command: [sh, ${agents.line}], env: { LEDGER_SECONDS: "0.3", LEDGER: ${ledger} } }
  tui: { extends: demo, command: [sh, ${agents.tui}], env: { LEDGER: ${ledger} } }
`
}
