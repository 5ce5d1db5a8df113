/**
 * Which version of an agent CLI a command starts. The CLI stands anywhere in the command (`node …/gemini`, `env A=b codex`,
 * `npx @google/gemini-cli`), and only an answer in the form of an agent CLI counts: node, env and npx answer as well.
 */
import { AGENT_PROGRAMS } from '../core/layout/agent-types.js'
import { inRange } from '../core/status/versions.js'
import type { AgentDefinition, CliVersion } from './definition.js'

/** Programs that start another one: their own version says nothing of it. */
const LAUNCHERS = new Set(
  (
    'env nice ionice nohup setsid stdbuf timeout time sudo doas taskset chrt node nodejs bun bunx deno npx npm pnpm yarn ' +
    'sh bash zsh dash ash ksh fish python python3 uv uvx mise asdf direnv nix docker podman ssh unshare bwrap firejail ' +
    'systemd-run strace tmux'
  ).split(' '),
)

/**
 * The commands that may print the version, the most likely first. Empty: asking would start something else, or the
 * agent itself.
 */
export function versionCommands(command: readonly string[], { args, name }: CliVersion): string[][] {
  const [program] = command
  if (program === undefined) return []
  const named = new RegExp(`(?:^|[^a-z])${name}(?:[^a-z]|$)`, 'iu')
  const words = command.map((word) => (/\s|^-|^\w+=/u.test(word) ? '' : word))
  const byName = indexes(words, (word) => named.test(baseName(word)))
  const byPath = indexes(words, (word) => !named.test(baseName(word)) && named.test(word))
  const asked = [...byName, ...byPath].map((at) => [...command.slice(0, at + 1), ...args])
  // `sh -c 'cd ~/x && exec gemini "$@"' sh`: it hands on what is appended.
  const handsOn = command.some((word) => /\s/u.test(word) && /\$[@*]/u.test(word))
  if (handsOn) asked.push([...command, ...args])
  if (asked.length === 0 && !LAUNCHERS.has(baseName(program))) asked.push([program, ...args])
  return asked
}

const ANSWER = new RegExp(
  `^(?:(?:${AGENT_PROGRAMS.join('|')})[\\w-]* )?(\\d+\\.\\d+(?:\\.\\d+)?[\\w.+-]*)(?: \\(.*\\))?$`,
  'iu',
)

/** `0.61.0`, `codex-cli 0.169.0`, `2.1.329 (Claude Code)`; null: another program answered, or none. */
export function readVersion(output: string): string | null {
  for (const line of output.split('\n')) {
    const match = ANSWER.exec(line.trim())
    if (match?.[1] !== undefined) return match[1]
  }
  return null
}

/** What a person should know about that version; null: nothing. */
export function versionProblem(
  { title, version: cli }: AgentDefinition,
  version: string | null,
): string | null {
  if (cli === null || version === null || inRange(version, `>=${cli.oldest}`)) return null
  return `${title} ${version} is older than ${cli.oldest}, the oldest version whose screens orchestra can read; its state may be wrong or unknown`
}

function indexes(words: readonly string[], fits: (word: string) => boolean): number[] {
  return words.flatMap((word, i) => (fits(word) ? [i] : []))
}

function baseName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1)
}
