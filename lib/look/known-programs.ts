/** Tells which agent CLI a command line runs. */
import { AGENT_PROGRAMS } from '../core/layout/agent-types.js'

export interface KnownProgram {
  /** A type that is built in. */
  readonly type: string
  readonly program: string
}

/** Agent CLIs whose screens have no rules here: questions are found by the generic ones. */
const OTHERS: ReadonlySet<string> = new Set([
  'aider', 'amp', 'auggie', 'cline', 'copilot', 'crush', 'cursor-agent', 'droid', 'goose', 'grok', 'kilo', 'kimi', 'openhands', 'pi',
  'plandex', 'qwen',
]) // prettier-ignore
/** A package or a script that is not called as its program is. */
const PACKAGES: ReadonlyMap<string, string> = new Map([
  ['claude-code', 'claude'],
  ['gemini-cli', 'gemini'],
  ['opencode-ai', 'opencode'],
  ['demo-agent.sh', 'demo'],
])
const INTERPRETER =
  /^-?(?:sh|bash|dash|ash|zsh|ksh|fish|env|node|nodejs|bun|deno|python[\d.]*|npx|npm|exec|uv|uvx|pipx|run|timeout)$/
/** How far into a command line its program may stand. */
const MOST_WORDS = 5

/** @returns null for a program that is not a known agent CLI */
export function knownProgram(args: string): KnownProgram | null {
  for (const word of args.split(' ').slice(0, MOST_WORDS)) {
    const found = named(word)
    if (found !== null) return found
    const name = baseName(word)
    // Behind an interpreter stands what it runs, with options and variables between.
    if (!INTERPRETER.test(name) && !word.startsWith('-') && !/^\w+=/.test(word) && !/^\d/.test(word))
      return null
  }
  return null
}

function named(word: string): KnownProgram | null {
  const own = baseName(word)
  const packaged = [own, ...word.split('/')]
    .map((part) => PACKAGES.get(part))
    .find((one) => one !== undefined)
  const program = packaged ?? own.replace(/\.(?:exe|c?js|mjs|py)$/, '')
  if (program === 'demo' && packaged !== undefined) return { type: 'demo', program: 'demo-agent.sh' }
  if (AGENT_PROGRAMS.includes(program)) return { type: program, program }
  return OTHERS.has(program) ? { type: 'command', program } : null
}

function baseName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1)
}
