import { expect } from 'chai'
import {
  DAEMON,
  formatPrincipal,
  namePrincipal,
  ownerOfSocket,
  SOME_PERSON,
  type Principal,
} from '../../../lib/core/principal.js'

describe('a principal', () => {
  const attempt: Principal = { kind: 'attempt', id: 'Task-2.1', via: 'socket' }

  it('is written KIND:ID, the daemon as one word', () => {
    const all = [ownerOfSocket(1000), attempt, DAEMON, SOME_PERSON]
    expect(all.map(formatPrincipal)).to.deep.equal(['person:1000', 'attempt:Task-2.1', 'daemon', 'person'])
  })

  it('can stand in a sentence', () => {
    const agent: Principal = { kind: 'agent', id: null, via: 'socket' }
    const all = [ownerOfSocket(1000), DAEMON, SOME_PERSON, agent]
    expect(all.map(namePrincipal)).to.deep.equal(['person:1000', 'the daemon', 'a person', 'an agent'])
  })
})
