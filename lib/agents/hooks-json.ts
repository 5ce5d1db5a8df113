/** Hooks in the JSON form that Claude Code, Codex and Gemini share. */
import type { FileEdit } from './definition.js'

/** `orchestra-report hook EVENT` reads the payload on standard input and rings the daemon. It prints nothing. */
export function hookSettings(
  reportProgram: string,
  events: readonly string[],
  timeout: number,
): Readonly<Record<string, unknown>> {
  const entry = (event: string) => [
    { hooks: [{ type: 'command', command: `${quote(reportProgram)} hook ${event}`, timeout }] },
  ]
  return Object.fromEntries(events.map((event) => [event, entry(event)]))
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

/** One line of JSON → an object; undefined for anything else. */
export function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return record(JSON.parse(line))
  } catch {
    return undefined
  }
}
