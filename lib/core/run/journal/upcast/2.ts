/**
 * Format 2 says who acted: a principal instead of one of three words. Of a person and of an agent format 1 knew no more
 * than that; a person always came through the socket.
 */
import { DAEMON, SOME_PERSON, type Principal } from '../../../principal.js'
import type { RawEvent } from '../raw-event.js'

const ACTORS: Readonly<Record<string, Principal>> = {
  user: SOME_PERSON,
  daemon: DAEMON,
  agent: { kind: 'agent', id: null, via: 'socket' },
}

export function upcast2(event: RawEvent): RawEvent {
  const by = typeof event['by'] === 'string' ? ACTORS[event['by']] : undefined
  return by === undefined ? event : { ...event, by }
}
