/** Who caused an event, as it is stored. */
import { VIAS, type Principal } from '../../principal.js'
import { oneOf, orNull, text, word, type Shape } from '../../shape.js'

const named = { id: orNull(text()), via: word(...VIAS) }

export const fullPrincipal = oneOf<Principal, 'kind'>('kind', {
  daemon: { via: word(...VIAS) },
  person: named,
  token: named,
  device: named,
  agent: named,
  attempt: named,
  github: named,
})

/** Described once, not with each event. */
export const principal: Shape<Principal> = { ...fullPrincipal, describe: (path) => [`${path}: principal`] }
