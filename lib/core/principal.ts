/**
 * Who caused an event or makes a request, and by which way: written KIND:ID, as `person:1000` or `attempt:Task-2.1`; the
 * daemon, which acts by itself, is `daemon`. Later doors add ways and use more kinds; the form stays.
 */
export const NAMED_KINDS = ['person', 'token', 'device', 'agent', 'attempt', 'github'] as const
export type NamedKind = (typeof NAMED_KINDS)[number]

/** `timer`: nobody asked, the time or what was seen made it due. */
export const VIAS = ['socket', 'tcp', 'github', 'timer'] as const
export type Via = (typeof VIAS)[number]

export type Principal = { readonly via: Via } & (
  | { readonly kind: 'daemon' }
  /** `id` null: in journals of before it was noted. */
  | { [K in NamedKind]: { readonly kind: K; readonly id: string | null } }[NamedKind]
)

/** What the daemon does by itself. */
export const DAEMON: Principal = { kind: 'daemon', via: 'timer' }

/** A journal of before principals says no more of a person. */
export const SOME_PERSON: Principal = { kind: 'person', id: null, via: 'socket' }

/** Who reaches the UNIX socket is its owner: nobody else can connect. */
export function ownerOfSocket(uid: number): Principal {
  return { kind: 'person', id: String(uid), via: 'socket' }
}

/** From KIND:ID or `daemon`; undefined: it is neither. */
export function parsePrincipal(text: string, via: Via): Principal | undefined {
  if (text === 'daemon') return { kind: 'daemon', via }
  const [, kind, id] = /^([a-z]+):([A-Za-z0-9][A-Za-z0-9._-]{0,127})$/.exec(text) ?? []
  const named = NAMED_KINDS.find((one) => one === kind)
  return named === undefined || id === undefined ? undefined : { kind: named, id, via }
}

/** For sentences: `person:1000`, `the daemon`; `a person` where no id is known. */
export function namePrincipal(principal: Principal): string {
  if (principal.kind === 'daemon') return 'the daemon'
  if (principal.id !== null) return formatPrincipal(principal)
  return `${principal.kind === 'agent' || principal.kind === 'attempt' ? 'an' : 'a'} ${principal.kind}`
}

/** `person:1000`, `daemon`; `person` where no id is known. */
export function formatPrincipal(principal: Principal): string {
  if (principal.kind === 'daemon' || principal.id === null) return principal.kind
  return `${principal.kind}:${principal.id}`
}
