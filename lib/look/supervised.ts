/** Reads what Claude's supervisor says of its sessions (`claude agents --json`). */
import type { AgentState } from '../core/words.js'

export interface Supervised {
  readonly pid: number | null
  readonly name: string
  readonly cwd: string | null
  readonly state: AgentState
  readonly text: string | null
  readonly startedAt: number | null
}

/** Ignores rows that it does not understand: the form is another program's. */
export function parseSupervised(text: string): readonly Supervised[] {
  let rows: unknown
  try {
    rows = JSON.parse(text)
  } catch {
    return []
  }
  if (!Array.isArray(rows)) return []
  return rows.flatMap((row: unknown): Supervised[] => {
    if (typeof row !== 'object' || row === null) return []
    const field = (name: string) => (row as Record<string, unknown>)[name]
    const word = (name: string) => (typeof field(name) === 'string' ? (field(name) as string) : null)
    const number = (name: string) => (typeof field(name) === 'number' ? (field(name) as number) : null)
    const state = stateOf(word('status') ?? word('state'))
    if (state === null) return []
    const waits = word('waitingFor')
    return [
      {
        pid: number('pid'),
        name: word('name') ?? word('id') ?? word('sessionId') ?? 'claude',
        cwd: word('cwd'),
        state: waits === null ? state : 'waiting',
        text: waits,
        startedAt: number('startedAt'),
      },
    ]
  })
}

function stateOf(word: string | null): AgentState | null {
  switch (word) {
    case 'busy':
    case 'working':
    case 'running':
      return 'working'
    case 'idle':
    case 'done':
    case 'completed':
      return 'idle'
    case 'waiting':
    case 'blocked':
    case 'needs_input':
      return 'waiting'
    case 'failed':
    case 'error':
      return 'error'
    case 'stopped':
      return 'exited'
    default:
      return word === null ? null : 'unknown'
  }
}
