import { expect } from 'chai'
import {
  beginConversation,
  conversationOf,
  learnConversation,
  resumedBy,
  startConversation,
} from '../../../../lib/daemon/agents/conversations.js'
import { readFact } from '../../../../lib/store/facts.js'
import type { ResetReason } from '../../../../lib/core/run/events.js'
import type { Facts } from '../../../../lib/store/port.js'
import type { AgentId } from '../../../../lib/core/ids.js'
import type { AgentProcess, AgentRecord } from '../../../../lib/core/run/state.js'

const A = 'A-1' as AgentId

/** Facts without a disk. */
function names(): Pick<Facts, 'get' | 'set' | 'delete'> {
  const kept = new Map<string, string>()
  return {
    get: (fact, id = '') => {
      const read = readFact(fact, id, kept.get(`${fact.name} ${id}`) ?? '')
      return 'value' in read ? read.value : null
    },
    set: (fact, value, id = '') => void kept.set(`${fact.name} ${id}`, JSON.stringify(value)),
    delete: (fact, id = '') => void kept.delete(`${fact.name} ${id}`),
  }
}

const ended = (
  reason: string,
  more: Partial<AgentRecord> = {},
  exitCode: number | null = null,
  reset: ResetReason | null = null,
): AgentRecord =>
  ({
    spec: { id: A },
    process: { status: 'exited', exitCode, signal: null, reason, reset, at: 0 },
    restarts: [],
    restartAt: null,
    ...more,
  }) as unknown as AgentRecord
const starting = { ...ended(''), process: { status: 'starting' } as unknown as AgentProcess }

describe('the conversation of an agent', () => {
  it('that we named counts from the first work on', () => {
    const store = names()
    startConversation(store, A, { resume: null, session: 'mine' })
    expect(conversationOf(store, A)).to.equal(null)
    beginConversation(store, A)
    expect(conversationOf(store, A)).to.equal('mine')
  })

  it('goes on after a reboot, a lost server, and the first crash that its policy mends', () => {
    const store = names()
    learnConversation(store, A, 's-1')
    const crash = { restartAt: 5, restarts: [1] }
    const resumed = [
      ended('reboot', {}, null, 'reboot'),
      ended('server_gone', {}, null, 'server_gone'),
      ended('ended by SIGKILL', crash),
      ended('ended by SIGKILL', { restartAt: 5, restarts: [1, 2] }),
      ended('ended by SIGKILL'),
      ended('exit status 0', crash, 0),
      ended('restarted by a person', { restartAt: 5 }),
      ended('exit status 1: the API server asks to reboot', {}, 1),
      ended('down', {}, null, 'down'),
    ].map((record, i) => resumedBy(store, record, i + 1))
    expect(resumed).to.deep.equal(['s-1', 's-1', 's-1', null, null, null, null, null, null])
  })

  it('is the same for a second try of the same start, and no other', () => {
    const store = names()
    learnConversation(store, A, 's-1')
    expect(resumedBy(store, ended('reboot', {}, null, 'reboot'), 4)).to.equal('s-1')
    startConversation(store, A, { resume: 's-1', session: 's-1' })
    expect([resumedBy(store, starting, 4), resumedBy(store, starting, 5)]).to.deep.equal(['s-1', null])
    expect(conversationOf(store, A)).to.equal('s-1')
  })

  it('is a new one at a fresh start', () => {
    const store = names()
    learnConversation(store, A, 's-1')
    startConversation(store, A, { resume: null, session: null })
    expect(conversationOf(store, A)).to.equal(null)
    learnConversation(store, A, 's-2')
    expect(conversationOf(store, A)).to.equal('s-2')
  })

  it('is no fact where there is none: a start of many agents would wait for the disk', () => {
    const store = names()
    let sets = 0
    const counted: ReturnType<typeof names> = { ...store, set: () => void sets++ }
    expect(resumedBy(counted, ended('down', {}, null, 'down'), 2)).to.equal(null)
    startConversation(counted, A, { resume: null, session: null })
    expect(sets).to.equal(0)
    // A name of before does not come back for it.
    learnConversation(store, A, 's-1')
    expect(resumedBy(store, ended('reboot', {}, null, 'reboot'), 3)).to.equal('s-1')
    expect(resumedBy(store, ended('down', {}, null, 'down'), 3)).to.equal(null)
    expect(resumedBy(store, starting, 3)).to.equal(null)
  })
})
