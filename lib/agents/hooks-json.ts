/** Hooks in the form that Claude Code and Codex share, and what reads their JSON. */
import type { FileEdit, HookState } from './definition.js'
import { hookPath } from './hook-script.js'

/** Every event calls the hook script of the start directory; `timeout` in the CLI's own unit. */
export function hookSettings(
  startDir: string,
  events: readonly string[],
  timeout: number,
): Readonly<Record<string, unknown>> {
  const hook = (event: string) => ({ type: 'command', command: hookCommand(startDir, event), timeout })
  return Object.fromEntries(events.map((event) => [event, [{ hooks: [hook(event)] }]]))
}

export function hookCommand(startDir: string, event: string): string {
  return `sh ${quote(hookPath(startDir))} ${event}`
}

/** A file of our own: written whole, nothing of others in it. */
export function ownFile(path: string, value: unknown): FileEdit {
  return { path, merge: () => `${JSON.stringify(value, null, 2)}\n`, remove: () => null }
}

/** A shell word. */
export function quote(word: string): string {
  return /^[A-Za-z0-9_\-./:@%+=]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

export function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

/** Older versions do not tell it. */
export function lastMessage(value: unknown): { readonly message?: string } {
  return typeof value === 'string' ? { message: value } : {}
}

/** The end of a turn, as Claude Code and Codex tell it. */
export function turnOver(fields: Readonly<Record<string, unknown>>): HookState {
  const transcript = textOf(fields['transcript_path'])
  return {
    state: 'idle',
    text: null,
    session: textOf(fields['session_id']),
    ...(transcript === null ? {} : { transcript }),
    ...lastMessage(fields['last_assistant_message']),
  }
}

/** One line of JSON → an object; undefined for anything else. */
export function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return record(JSON.parse(line))
  } catch {
    return undefined
  }
}
