/** Who is a person of the layout, and which answers of whom count at a gate. */
import type { GateSpec, Layout } from '../layout/model.js'
import { formatPrincipal, namePrincipal, type Principal } from '../principal.js'
import type { PersonSpec } from './spec.js'

export type People = readonly PersonSpec[]

export function peopleOf(layout: Layout | null): People {
  return layout?.people ?? []
}

/** An agent, its attempt and the daemon itself never answer a question, whatever a layout says of them. */
export function isPerson({ kind }: Principal): boolean {
  return kind !== 'agent' && kind !== 'attempt' && kind !== 'daemon'
}

export function personOf(people: People, principal: Principal): PersonSpec | undefined {
  if (!isPerson(principal)) return undefined
  const name = formatPrincipal(principal)
  return people.find(({ is }) => is.includes(name))
}

/** Two doors of one person are one person: what makes an answer somebody else's. */
export function identityOf(people: People, principal: Principal): string {
  return personOf(people, principal)?.id ?? formatPrincipal(principal)
}

/** `maestro (person:1000)`; the principal alone where the layout does not name the person. */
export function namePerson(people: People, principal: Principal): string {
  const person = personOf(people, principal)
  return person === undefined ? namePrincipal(principal) : `${person.id} (${namePrincipal(principal)})`
}

/** Why an answer of this principal does not count at the gate; null: it counts. */
export function whyNoAnswer(
  people: People,
  { id, quorum: { role } }: Pick<GateSpec, 'id' | 'quorum'>,
  principal: Principal,
): string | null {
  if (!isPerson(principal))
    return `${namePrincipal(principal)} is not a person: only people answer gate ${id}`
  if (role === null) return null
  // The owner of the socket has every role where the layout names nobody; whoever writes to a repository is nobody's owner.
  if (people.length === 0)
    return principal.kind === 'github'
      ? `${namePrincipal(principal)} is not one of the layout's people; gate ${id} asks the role ${role}: name them under people:`
      : null
  const person = personOf(people, principal)
  if (person === undefined) {
    return `${namePrincipal(principal)} is not one of the layout's people; gate ${id} asks the role ${role}${sayWho(people, role)}`
  }
  if (person.roles.includes(role)) return null
  return `${person.id} does not have the role ${role}, which gate ${id} asks${sayWho(people, role)}`
}

function sayWho(people: People, role: string): string {
  const able = people.filter(({ roles }) => roles.includes(role)).map(({ id }) => id)
  return able.length === 0 ? '' : ` (${able.join(', ')})`
}
