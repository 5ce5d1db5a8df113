/** Events over WebSocket: nothing is lost over cut links, and who does not read costs nobody anything. */
import { expect } from 'chai'
import { createServer, connect, type Socket } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { serveApi, type ApiServer } from '../../../lib/api/server.js'
import { ApiClient } from '../../../lib/api/client.js'
import { follow } from '../../../lib/api/follow.js'
import { reconnect } from '../../../lib/api/reconnect.js'
import type { AgentId, AttemptId, TaskId } from '../../../lib/core/ids.js'
import type { RunEvent } from '../../../lib/core/run/events.js'
import { bareStatus } from '../../support/bare-status.js'
import { eventually } from '../../support/eventually.js'
import { journalApi } from '../../support/journal-api.js'
import { AT, client, note, withTcp } from '../../support/socket-rig.js'

describe('the API over WebSocket', function () {
  this.timeout(60_000)

  it('replays what came after, then goes on live, each event once', () =>
    withTcp(async ({ url, append }) => {
      for (let i = 0; i < 600; i++) append(note(`${i}`))
      const one = client(`${url}/v1/ws`, { auth: 'viewer', after: 100 })
      await eventually(() => expect(one.heard).to.have.length(500))
      append(note('live'))
      await eventually(() => expect(one.heard.at(-1)?.seq).to.equal(601))
      expect(one.heard.map(({ seq }) => seq)).to.deep.equal(Array.from({ length: 501 }, (_, i) => 101 + i))
      expect(one.socket.extensions).to.equal('')
      one.socket.terminate()
    }))

  it('sends the whole state to whoever was away too long, or comes from another store', () =>
    withTcp(async ({ url, append }) => {
      for (let i = 0; i < 10_050; i++) append(note(''))
      for (const after of [10, 99_999]) {
        const one = client(`${url}/v1/ws`, { auth: 'viewer', after })
        await eventually(() => expect(one.heard[0]).to.include({ type: 'resync', seq: 10_050 }))
        one.socket.terminate()
      }
    }))

  it('lets nobody in without a token that may, and sends nothing before', () =>
    withTcp(async ({ url, append, refused }) => {
      append(note('secret'))
      const wrong = client(`${url}/v1/ws`, { auth: 'guess', after: 0 })
      const none = client(`${url}/v1/ws`, { after: 0 })
      const other = client(`${url}/v1/ws`, { auth: 'other', after: 0 })
      const bad = client(`${url}/v1/ws`, { want: ['everything'] })
      const silent = client(`${url}/v1/ws`, null)
      await eventually(() => {
        expect([wrong.code(), none.code(), other.code(), bad.code()]).to.deep.equal([4401, 4401, 4403, 4400])
        expect(silent.code()).to.equal(4408)
      })
      expect([wrong, none, other, bad, silent].flatMap(({ heard }) => heard)).to.deep.equal([])
      expect(refused).to.deep.equal(['events:read'])
    }))

  it('ends at once when the token is revoked', () =>
    withTcp(async ({ url, revoke }) => {
      const one = client(`${url}/v1/ws`, { auth: 'viewer', want: ['status'] })
      await eventually(() => expect(one.heard).to.have.length(1))
      const since = performance.now()
      revoke('viewer')
      await eventually(() => expect(one.code()).to.equal(4401))
      expect(performance.now() - since).to.be.lessThan(1000)
    }))

  it('tells the last state, however the changes fall', () =>
    withTcp(async ({ url, append }) => {
      const one = client(`${url}/v1/ws`, { auth: 'viewer', want: ['status'] })
      const seen = () =>
        (one.heard.at(-1) as unknown as { status: { events: number } } | undefined)?.status.events
      for (let n = 1; n <= 40; n++) {
        append(note(`${n}`))
        await new Promise((done) => setTimeout(done, n % 7 === 0 ? 250 : 3))
      }
      await eventually(() => expect(seen()).to.equal(40))
      expect(one.heard.length).to.be.lessThan(20)
      one.socket.terminate()
    }))

  it('lets nobody who says nothing keep others out', () =>
    withTcp(async ({ url }) => {
      const silent = Array.from({ length: 150 }, () => client(`${url}/v1/ws`, null))
      await eventually(() => expect(silent.some((one) => one.code() !== null)).to.equal(true))
      const one = client(`${url}/v1/ws`, { auth: 'viewer', want: ['status'] })
      await eventually(() => expect(one.heard).to.have.length(1))
      for (const { socket } of [...silent, one]) socket.terminate()
    }))

  it('ends one that sends too much, or breaks the frames, and goes on for the others', () =>
    withTcp(async ({ url, port, append }) => {
      const good = client(`${url}/v1/ws`, { auth: 'viewer' })
      await new Promise((done) => good.socket.once('open', done))
      const big = client(`${url}/v1/ws`, { auth: 'x'.repeat(100_000) })
      await eventually(() => expect(big.code()).to.equal(1009))
      const broken = connect(port, '127.0.0.1')
      let ended = false
      broken
        .on('error', () => undefined)
        .on('close', () => (ended = true))
        .resume()
      broken.write(`GET /v1/ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`) // prettier-ignore
      // A frame of 2^62 bytes; then one that is not masked.
      broken.write(Buffer.from([0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]))
      await eventually(() => expect(ended).to.equal(true))
      append(note('still here'))
      await eventually(() => expect(good.heard).to.have.length(1))
      good.socket.terminate()
    }))

  it('has room for eight clients of one token', () =>
    withTcp(async ({ url }) => {
      const many = Array.from({ length: 9 }, () =>
        client(`${url}/v1/ws`, { auth: 'viewer', want: ['status'] }),
      )
      await eventually(() => expect(many.filter((one) => one.code() === 4429)).to.have.length(1))
      expect(many.filter((one) => one.heard.length > 0)).to.have.length(8)
      for (const { socket } of many) socket.terminate()
    }))

  it("speaks the names of other people's clients on their path, also to one that says nothing", () =>
    withTcp(async ({ url, append }) => {
      const theirs = client(`${url}/api/v1/ws`, null, { authorization: 'Bearer viewer' })
      await new Promise((done) => theirs.socket.once('open', done))
      const from = client(`${url}/v1/ws`, { auth: 'viewer', after: 0, names: 'compat' })
      await new Promise((done) => setTimeout(done, 1100))
      for (const event of aTask()) append(event)
      const names = ['task_updated', 'agent_started', 'task_updated', 'agent_progress', 'agent_completed', 'task_updated', 'agent_failed', 'task_updated'] // prettier-ignore
      await eventually(() => expect(theirs.heard.map(({ type }) => type)).to.deep.equal(names))
      expect(from.heard).to.deep.equal(theirs.heard)
      expect(theirs.heard[1]).to.deep.equal({ seq: 2, type: 'agent_started', agent_type: 'unknown', issue_number: null, execution_id: 'T.1' }) // prettier-ignore
      expect(theirs.heard[3]).to.include({ progress: 40, message: 'half' })
      theirs.socket.terminate()
      from.socket.terminate()
    }))

  it('loses nothing over fifty cut links, and tells nothing twice, by either way', () =>
    withTcp(async ({ port, append }) => {
      const proxy = await cuttableProxy(port)
      const stop = new AbortController()
      const ours: Record<'events' | 'socket', number[]> = { events: [], socket: [] }
      const problems: string[] = []
      const cut = () => undefined
      const byEvents = follow({
        connect: () => Promise.resolve(new ApiClient(() => connect(proxy.port, '127.0.0.1'), undefined, undefined, () => 'authorization: Bearer viewer\r\n', '127.0.0.1')), // prettier-ignore
        want: ['event'],
        after: 0,
        signal: stop.signal,
        event: ({ seq }) => ours.events.push(seq),
        resync: () => problems.push('resync'),
        cut,
      })
      const bySocket = reconnect(
        (signal, heard) =>
          socketSession(
            `ws://127.0.0.1:${proxy.port}/v1/ws`,
            ours.socket.at(-1) ?? 0,
            signal,
            ({ seq, type }) => {
              heard()
              if (type === 'resync') problems.push(type)
              ours.socket.push(seq)
            },
          ),
        { signal: stop.signal, cut },
      )
      const theirs = lastHundred(`ws://127.0.0.1:${proxy.port}/api/v1/ws`)
      for (let n = 0; n < 50; n++) {
        for (let i = 0; i < 100; i++) append(n % 2 === 0 ? note(`${n}`) : progress(i))
        await eventually(() => expect(proxy.open()).to.be.greaterThan(1))
        if (n % 5 === 0) await eventually(() => expect(ours.socket.length).to.be.greaterThan(0))
        proxy.cut()
        // The machine is back: nothing is waited for.
        process.emit('SIGCONT')
      }
      const all = Array.from({ length: 5000 }, (_, i) => i + 1)
      await eventually(
        () => expect([ours.events.at(-1), ours.socket.at(-1)]).to.deep.equal([5000, 5000]),
        20_000,
      )
      expect(ours).to.deep.equal({ events: all, socket: all })
      expect([...problems, ...theirs.problems]).to.deep.equal([])
      stop.abort()
      theirs.stop()
      await Promise.all([byEvents, bySocket])
      await proxy.close()
    }))

  it('comes back after a second, then every three, and at once on return', async () => {
    const stop = new AbortController()
    const at: number[] = []
    const cuts: unknown[] = []
    const since = performance.now()
    const done = reconnect(
      () => {
        at.push(Math.round((performance.now() - since) / 100) / 10)
        if (at.length === 4) stop.abort()
        // The third time it is back before the three seconds are over.
        if (at.length === 3) setTimeout(() => process.emit('SIGCONT'), 200)
        return Promise.resolve('cut')
      },
      { signal: stop.signal, cut: (error) => cuts.push(error), random: () => 0.5 },
    )
    await done
    expect(cuts).to.deep.equal([null, null, null])
    expect(at[1]).to.be.within(0.9, 2)
    expect((at[2] ?? 0) - (at[1] ?? 0)).to.be.within(2.9, 4)
    expect((at[3] ?? 0) - (at[2] ?? 0)).to.be.lessThan(1.5)
  })

  it('says the same as server-sent events, also under other names and after too long a time', () =>
    withTcp(async ({ port, url, append }) => {
      for (const event of aTask()) append(event)
      const heard = async (query: string, path = '/v1/stream') => {
        const stop = new AbortController()
        const messages: { event: string; data: unknown }[] = []
        const asked = new ApiClient(() => connect(port, '127.0.0.1'), undefined, undefined, () => 'authorization: Bearer viewer\r\n', '127.0.0.1') // prettier-ignore
        const done = asked.stream(`${path}?only=event&${query}`, ({ event, data }) => messages.push({ event, data }), stop.signal) // prettier-ignore
        await eventually(() => expect(messages.length).to.be.greaterThan(0))
        await new Promise((settled) => setTimeout(settled, 150))
        stop.abort()
        await done
        return messages
      }
      for (const [names, path] of [
        ['ours', '/v1/stream'],
        ['compat', '/api/v1/stream'],
      ] as const) {
        // prettier-ignore
        const one = client(`${url}/v1/ws`, { auth: 'viewer', after: 0, names })
        await eventually(() => expect(one.heard.length).to.be.greaterThan(4))
        const same = await heard('after=0', path)
        expect(same.map(({ data }) => data)).to.deep.equal(one.heard)
        expect(new Set(same.map(({ event }) => event))).to.deep.equal(new Set(['event']))
        one.socket.terminate()
      }
      expect(await heard('after=99')).to.deep.equal([
        { event: 'resync', data: { seq: 5, type: 'resync', status: bareStatus({ events: 5 }) } },
      ])
    }))

  it('tells both that it closes, so that nobody waits for it', async () => {
    let over: Promise<void> | undefined
    let code: () => number | null = () => null
    await withTcp(async ({ port, url, append }) => {
      append(note('one'))
      let isOpen = false
      over = follow({
        connect: () => Promise.resolve(new ApiClient(() => connect(port, '127.0.0.1'), undefined, undefined, () => 'authorization: Bearer viewer\r\n', '127.0.0.1')), // prettier-ignore
        want: ['event'],
        after: 0,
        signal: new AbortController().signal,
        event: () => (isOpen = true),
        cut: () => undefined,
      })
      const one = client(`${url}/v1/ws`, { auth: 'viewer', after: 0 })
      code = one.code
      await eventually(() => expect([isOpen, one.heard.length]).to.deep.equal([true, 1]))
    })
    await over
    await eventually(() => expect(code()).to.equal(1001))
  })

  it('is had over the UNIX socket by its owner, without a token', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'orc-ws-'))
    const journal = journalApi()
    const path = join(dir, 'own', 'api.sock')
    const server: ApiServer = await serveApi(journal.api, path)
    try {
      journal.append(note('a'))
      const one = client(`ws+unix://${path}:/v1/ws`, { after: 0, want: ['event', 'status'] })
      await eventually(() => expect(one.heard.map(({ type }) => type)).to.have.members(['status', 'noted']))
      one.socket.terminate()
    } finally {
      await server.close()
      rmSync(dir, { recursive: true, force: true })
    }
  })
})

const attempt = 'T.1' as AttemptId
const progress = (n: number): RunEvent => ({ type: 'attempt.progressed', at: AT, attempt, progress: n / 100, text: 'half', checkpoint: null }) // prettier-ignore

function aTask(): RunEvent[] {
  const by = { kind: 'person', id: '0', via: 'socket' } as const
  return [
    { type: 'task.submitted', at: AT, task: { id: 'T' } as never, by },
    { type: 'attempt.started', at: AT, attempt, task: 'T' as TaskId, agent: 'A' as AgentId, generation: 1, machine: 'm' as never, nonce: 'n' as never, random: 0, headless: false }, // prettier-ignore
    progress(40),
    {
      type: 'attempt.verified',
      at: AT,
      attempt,
      ok: true,
      checks: [],
      missingOutputs: [],
      work: null,
      escapes: [],
      outputs: ['a.txt'],
    },
    { type: 'attempt.ended', at: AT, attempt, status: 'failed', reason: 'gone', screen: null },
  ]
}

/** A link that can be cut: everything on it ends without a word. */
async function cuttableProxy(port: number) {
  const pairs = new Set<readonly [Socket, Socket]>()
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    const pair = [near, far] as const
    pairs.add(pair)
    near.pipe(far).pipe(near)
    for (const one of pair)
      one
        .on('error', () => undefined)
        .on('close', () => {
          pairs.delete(pair)
          for (const other of pair) other.destroy()
        })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address() as { port: number }
  const cut = () => {
    for (const [near, far] of pairs) {
      near.resetAndDestroy()
      far.resetAndDestroy()
    }
  }
  return {
    port: address.port,
    open: () => pairs.size,
    cut,
    close: () =>
      new Promise<void>((done) => {
        cut()
        server.close(() => done())
      }),
  }
}

/** What a page does with our part that comes back: one socket, until it is cut. */
function socketSession(
  url: string,
  after: number,
  signal: AbortSignal,
  listener: (message: { seq: number; type: string }) => void,
): Promise<'cut'> {
  return new Promise((done) => {
    const socket = new WebSocket(url)
    signal.addEventListener('abort', () => socket.terminate())
    socket.on('open', () => socket.send(JSON.stringify({ auth: 'viewer', after })))
    socket.on('message', (data: Buffer) => {
      if (!signal.aborted) listener(JSON.parse(data.toString('utf8')) as { seq: number; type: string })
    })
    socket.on('error', () => undefined)
    socket.on('close', () => done('cut'))
  })
}

/** A client as the mission describes it: it comes back after three seconds and keeps the last hundred. */
function lastHundred(url: string) {
  const TYPES = new Set(['agent_started', 'agent_progress', 'agent_completed', 'agent_failed', 'task_updated', 'worktree_created', 'worktree_deleted']) // prettier-ignore
  const problems: string[] = []
  let kept: unknown[] = []
  let stopped = false
  let socket: WebSocket
  const open = () => {
    socket = new WebSocket(url, { headers: { authorization: 'Bearer viewer' } })
    socket.on('message', (data: Buffer) => {
      const event = JSON.parse(data.toString('utf8')) as { type: string }
      if (!TYPES.has(event.type)) problems.push(event.type)
      kept = [...kept, event].slice(-100)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      if (!stopped) setTimeout(open, 3000)
    })
  }
  open()
  return {
    problems,
    kept: () => kept,
    stop: () => {
      stopped = true
      socket.terminate()
    },
  }
}
