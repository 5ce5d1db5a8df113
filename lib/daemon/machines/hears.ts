import type { Host, HostEvent } from './host.js'

/** For each type of event of a machine that a part listens to: what it does then. */
export type Hearers = {
  readonly [T in HostEvent['type']]?: (event: Extract<HostEvent, { readonly type: T }>, host: Host) => void
}

/** A part that listens to machines: what a host says is told to each that hears it, in the list's order. */
export interface Hears {
  readonly hears: Hearers
}

type Hear = (event: HostEvent, host: Host) => void

/** Who hears an event of that type, in the list's order. */
export function hearersOf(parts: readonly Partial<Hears>[]): (type: HostEvent['type']) => readonly Hear[] {
  const known = new Map<HostEvent['type'], readonly Hear[]>()
  return (type) => {
    const found = known.get(type) ?? parts.flatMap(({ hears }) => (hears?.[type] as Hear | undefined) ?? [])
    known.set(type, found)
    return found
  }
}
