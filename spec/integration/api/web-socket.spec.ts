/** Events over WebSocket: nothing is lost over cut links, and who does not read costs nobody anything. */
import { expect } from 'chai'
import { createServer, connect, type Socket } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { serveApi, type ApiServer } from '../../../lib/api/server.js'
import { SocketClient, type SocketLike } from '../../../lib/api/transports/socket-client.js'
import type { AgentId, AttemptId, TaskId } from '../../../lib/core/ids.js'
import type { RunEvent } from '../../../lib/core/run/events.js'
import { eventually } from '../../support/eventually.js'
import { journalApi } from '../../support/journal-api.js'
import { AT, client, note, VIEWER, withTcp } from '../../support/socket-rig.js'

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

  it('ends within a second when the token is revoked', () => {
    const tokens: Record<string, string[]> = { viewer: VIEWER, other: [] }
    return withTcp(
      async ({ url }) => {
        const one = client(`${url}/v1/ws`, { auth: 'viewer', want: ['status'] })
        await eventually(() => expect(one.heard).to.have.length(1))
        const since = performance.now()
        delete tokens['viewer']
        await eventually(() => expect(one.code()).to.equal(4401))
        expect(performance.now() - since).to.be.lessThan(1000)
      },
      tokens as { viewer: string[]; other: string[] },
    )
  })

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

  it('loses nothing over fifty cut links, and tells nothing twice', () =>
    withTcp(async ({ port, append }) => {
      const proxy = await cuttableProxy(port)
      const ours: number[] = []
      let resyncs = 0
      const follower = new SocketClient({
        open: () => new WebSocket(`ws://127.0.0.1:${proxy.port}/v1/ws`) as unknown as SocketLike,
        token: 'viewer',
        after: 0,
        onEvent: ({ seq }) => ours.push(seq),
        onResync: () => (resyncs += 1),
      })
      const theirs = lastHundred(`ws://127.0.0.1:${proxy.port}/api/v1/ws`)
      follower.start()
      for (let cut = 0; cut < 50; cut++) {
        for (let i = 0; i < 100; i++) append(cut % 2 === 0 ? note(`${cut}`) : progress(i))
        await eventually(() => expect(proxy.open()).to.be.greaterThan(0))
        if (cut % 5 === 0) await eventually(() => expect(ours.length).to.be.greaterThan(0))
        proxy.cut()
        follower.returned()
      }
      await eventually(() => expect(ours.at(-1)).to.equal(5000), 20_000)
      expect(ours).to.deep.equal(Array.from({ length: 5000 }, (_, i) => i + 1))
      expect(resyncs).to.equal(0)
      expect(theirs.problems).to.deep.equal([])
      follower.stop()
      theirs.stop()
      await proxy.close()
    }))

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
