import { expect } from 'chai'
import type { Message } from '../../../../lib/api/streams/message.js'
import { Reader, type Outlet } from '../../../../lib/api/streams/reader.js'
import { sharedMessages, type MessageSource } from '../../../../lib/api/streams/shared-messages.js'
import type { StreamMessage } from '../../../../lib/core/protocol/api.js'
import type { StatusDocument } from '../../../../lib/core/protocol/status.js'
import {
  statusChanges,
  withChanges,
  type StatusChanges,
} from '../../../../lib/core/protocol/status-changes.js'
import { bareStatus } from '../../../support/bare-status.js'
import { eventually } from '../../../support/eventually.js'

/** A state that a spec changes, and clients whose reading it holds up. */
function rig() {
  let listener: (message: StreamMessage) => void = () => undefined
  let document = stateOf(0)
  let asked = 0
  const source: MessageSource = {
    told: {},
    settled: () => null,
    status: () => ((asked += 1), document),
    storedAfter: () => [],
    lastSeq: () => 0,
    typeOf: () => '',
    issueOf: () => null,
    subscribe: (one) => {
      listener = one
      return () => undefined
    },
  }
  const change = (next: StatusDocument) => {
    document = next
    listener({ event: 'changed' })
  }
  const client = (changes: boolean) => {
    const got: { kind: string; bytes: number }[] = []
    let [waitingBytes, state] = [0, null as StatusDocument | null]
    const outlet: Outlet = {
      isOpen: true,
      get waitingBytes() {
        return waitingBytes
      },
      together: (send) => send(),
      endSlow: () => undefined,
      send: (message: Message) => {
        const said = JSON.parse(message.text.toString()) as { status: StatusDocument; changes: StatusChanges }
        got.push({ kind: message.kind, bytes: message.text.length })
        state = message.kind === 'changes' && state !== null ? withChanges(state, said.changes) : said.status
      },
    }
    const hello = { auth: null, after: null, want: new Set(['status'] as const), changes, names: null }
    const reader = new Reader(outlet, hello, sharedMessages(source))
    reader.start()
    return {
      got,
      state: () => state,
      hold: (bytes: number) => (waitingBytes = bytes),
      stop: () => reader.stop(),
    }
  }
  return { change, client, document: () => document, asked: () => asked }
}

const stateOf = (busy: number, at = String(busy)) =>
  bareStatus({
    at,
    agents: Array.from({ length: 200 }, (_, i) => ({ id: `A-${i}`, progress: i < 20 ? busy : 0, text: 'x'.repeat(200) })),
  }) // prettier-ignore

describe('a reader of the state', () => {
  it('shares a state with the readers of all doors', async () => {
    const { change, client, asked } = rig()
    const clients = Array.from({ length: 5 }, () => client(true))
    const before = asked()
    change(stateOf(1))
    for (const { got } of clients) await eventually(() => expect(got).to.have.length(2))
    expect(asked()).to.equal(before + 1)
    for (const one of clients) one.stop()
  })

  it('is told the whole state once, then what changes of it, and has the state in the end', async () => {
    const { change, client, document } = rig()
    const [whole, own] = [client(false), client(true)]
    for (let i = 1; i <= 3; i++) {
      change(stateOf(i))
      await eventually(() => expect(own.state()).to.deep.equal(document()))
    }
    const late = client(true)
    change(stateOf(4))
    await eventually(() => {
      for (const one of [whole, own, late]) expect(one.state()).to.deep.equal(document())
    })
    expect(own.got.map(({ kind }) => kind)).to.deep.equal(['status', ...Array<string>(4).fill('changes')])
    expect(late.got.map(({ kind }) => kind)).to.deep.equal(['status', 'changes'])
    expect(new Set(whole.got.map(({ kind }) => kind))).to.deep.equal(new Set(['status']))
    expect((own.got[1]?.bytes ?? 0) * 20).to.be.lessThan(own.got[0]?.bytes ?? 0)
    for (const one of [whole, own, late]) one.stop()
  })

  it('is told nothing when nothing has changed but the time', async () => {
    const { change, client } = rig()
    const [whole, own] = [client(false), client(true)]
    change(stateOf(0, 'later'))
    change(stateOf(1, 'later'))
    await eventually(() => {
      expect(own.got.map(({ kind }) => kind)).to.deep.equal(['status', 'changes'])
      expect(whole.got.length).to.equal(2)
    })
    for (const one of [whole, own]) one.stop()
  })

  it('gets the whole state again when it did not read for a while', async () => {
    const { change, client, document } = rig()
    const one = client(true)
    one.hold(10_000_000)
    const other = client(true)
    for (let i = 1; i <= 3; i++) {
      change(stateOf(i))
      await eventually(() => expect(other.state()).to.deep.equal(document()))
    }
    expect(one.got.length).to.equal(1)
    one.hold(0)
    await eventually(() => expect(one.state()).to.deep.equal(document()))
    expect(one.got.map(({ kind }) => kind)).to.deep.equal(['status', 'status'])
    for (const each of [one, other]) each.stop()
  })

  it('is sent whole states as seldom as the sum of all who want them asks for', async () => {
    const { change, client, document } = rig()
    const many = Array.from({ length: 60 }, () => client(false))
    const own = client(true)
    for (let i = 1; i <= 4; i++) {
      change(stateOf(i))
      await eventually(() => expect(own.state()).to.deep.equal(document()))
    }
    // 60 times 45 KB are more than a second's worth: the first change is told at once, the rest together.
    expect(statusChanges(stateOf(3), stateOf(4))).to.be.an('object')
    expect(own.got.length).to.equal(5)
    await eventually(() => {
      for (const one of many) expect(one.state()).to.deep.equal(document())
    }, 10_000)
    for (const one of many) expect(one.got.length).to.be.lessThan(5)
    for (const one of [...many, own]) one.stop()
  })
})
