import { ownerOfSocket, type Principal } from '../../lib/core/principal.js'

/** A person at the socket, as most requests come. */
export const PERSON: Principal = ownerOfSocket(1000)
