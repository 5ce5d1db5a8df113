/** What a client of a stream wants: the first message over WebSocket, the query of server-sent events. */
import { OrchestraError } from '../../core/errors.js'

export type Names = 'ours' | 'compat'
export type Wanted = 'event' | 'status'

export interface Hello {
  readonly auth: string | null
  /** The last event that it has; null: it begins with the next one. */
  readonly after: number | null
  readonly want: ReadonlySet<Wanted>
  /** The whole state once, then what changes of it. */
  readonly changes: boolean
  /** null: as the path says. */
  readonly names: Names | null
}

const WANTED: readonly Wanted[] = ['event', 'status']
/** Stands beside them, and means the state, too. */
const CHANGES = 'changes'

/** null: not of that form. */
export function parseHello(text: string): Hello | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const { auth = null, after = null, want = ['event'], names = null } = value as Record<string, unknown>
  if (auth !== null && typeof auth !== 'string') return null
  if (after !== null && !(Number.isSafeInteger(after) && (after as number) >= 0)) return null
  if (names !== null && names !== 'ours' && names !== 'compat') return null
  if (!Array.isArray(want) || want.length === 0) return null
  if (want.some((name) => name !== CHANGES && !WANTED.includes(name as Wanted))) return null
  return { auth, after: after as number | null, ...wantOf(want), names }
}

/** `only=` of `event`, `status` and `changes`; `after=SEQ`; `names=compat`. @throws OrchestraError(usage) for names that there are not */
export function helloOfQuery(query: URLSearchParams): Hello {
  const after = Number(query.get('after') ?? Number.NaN)
  const names = query.get('names')
  if (names !== null && names !== 'ours' && names !== 'compat')
    throw new OrchestraError(`names=${names}: use ours or compat`, { kind: 'usage' })
  return {
    auth: null,
    after: Number.isSafeInteger(after) && after >= 0 ? after : null,
    ...wantOf(onlyOf(query)),
    names,
  }
}

/** What `only` names; without it, events and the state. */
export function wantedOf(query: URLSearchParams): ReadonlySet<Wanted> {
  return wantOf(onlyOf(query)).want
}

function onlyOf(query: URLSearchParams): readonly string[] {
  return (query.get('only') ?? 'status,event').split(',')
}

function wantOf(names: readonly unknown[]): Pick<Hello, 'want' | 'changes'> {
  const changes = names.includes(CHANGES)
  const isWanted = (name: Wanted) => names.includes(name) || (name === 'status' && changes)
  return { want: new Set(WANTED.filter(isWanted)), changes }
}
