import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { ApiClient } from '../../../lib/api/client.js'
import { MAX_STREAMS } from '../../../lib/api/connections.js'
import { serveApi } from '../../../lib/api/server.js'
import type { RouteInput } from '../../../lib/api/route.js'
import type { StreamMessage, SubmitRequest } from '../../../lib/core/protocol/api.js'
import type { EventRow } from '../../../lib/core/protocol/status.js'
import { bareStatus } from '../../support/bare-status.js'
import { eventually } from '../../support/eventually.js'
import { servedApi } from '../../support/served-api.js'

async function withApi(
  served: Parameters<typeof servedApi>,
  use: (client: ApiClient, socket: string) => Promise<void>,
): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'orc-api-'))
  const socket = join(dir, 'own', 'api.sock')
  const api = await serveApi(servedApi(...served), socket)
  try {
    await use(new ApiClient(socket), socket)
  } finally {
    await api.close()
    rmSync(dir, { recursive: true, force: true })
  }
}

const PLAIN = { 'GET /v1/executions': () => [], 'POST /v1/pause': () => ({ ok: true }) }

describe('the API of a daemon that is being stopped', () => {
  it('acknowledges nothing that would be lost, and still answers questions', async () => {
    const answers = { 'POST /v1/tasks': () => ({ task: 'T' }), 'GET /v1/executions': () => [] }
    await withApi([answers, { isStopping: true }], async (client) => {
      const refused = await client.post('/v1/tasks', { title: 'mend it' }).catch((error: unknown) => error)
      expect(refused).to.include({ kind: 'unreachable', message: 'the daemon is being stopped' })
      expect(await client.get('/v1/executions')).to.deep.equal([])
    })
  })
})

/** Connections that say `head` and read nothing. */
async function open(path: string, count: number, head: string): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () => {
    const socket = connect(path, () => socket.write(head)).on('error', () => undefined)
    return socket.pause()
  })
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))))
  return sockets
}

/** One that is not read does not hear of its end by itself. */
const livingOf = (sockets: readonly Socket[]) => {
  for (const socket of sockets) socket.resume()
  return sockets.filter((socket) => !socket.destroyed && !socket.readableEnded).length
}

describe('the API with more connections than it takes', () => {
  const STREAM = 'GET /v1/stream?only=event HTTP/1.1\r\nhost: o\r\n\r\n'

  it('keeps a part of the streams and answers short requests', () =>
    withApi([PLAIN], async (client, path) => {
      const streams = await open(path, 300, STREAM)
      for (let i = 0; i < 3; i++) expect(await client.get('/v1/executions')).to.deep.equal([])
      await client.post('/v1/pause')
      await eventually(() => expect(livingOf(streams)).to.equal(MAX_STREAMS))
    }))

  it('makes room where nobody asks anything, and ends what does not come to its end', () =>
    withApi([PLAIN], async (client, path) => {
      const heads = await open(path, 400, 'GET /v1/executions HTTP/1.1\r\nx: ')
      for (let i = 0; i < 3; i++) expect(await client.get('/v1/executions')).to.deep.equal([])
      await client.post('/v1/pause')
      await eventually(() => expect(livingOf(heads)).to.equal(0), 15_000)
    })).timeout(20_000)
})

/** The status of the answer to raw words. */
function ask(path: string, words: string): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(path, () => socket.write(words))
    socket.setEncoding('latin1').on('data', (part: string) => (text += part))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(/^HTTP\/1\.\d (\d+)/.exec(text)?.[1] ?? 'no answer'))
  })
}
const getOf = (target: string) => `GET ${target} HTTP/1.1\r\nhost: o\r\nconnection: close\r\n\r\n`
const postOf = (body: string) =>
  `POST /v1/tasks HTTP/1.0\r\nhost: o\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

describe('the API and odd requests', () => {
  const odd = {
    ...PLAIN,
    'POST /v1/tasks': ({ body }: RouteInput<SubmitRequest>) => ({ task: `T${body.prompt?.length}` }),
  }
  const many = (count: number) => Array.from({ length: count }, (_, i) => `"k${i}":1`).join(',')
  const CASES: readonly (readonly [string, string, string])[] = [
    ['a path of two slashes', getOf('//'), '400'],
    ['an absolute target that is none', getOf('http://['), '400'],
    ['half an escape in a stream of a log', getOf('/v1/agents/%/log/stream'), '404'],
    ['half an escape', getOf('/v1/agents/%/screen'), '404'],
    ['not JSON', postOf('{"title"'), '400'],
    ['JSON that is deep', postOf('['.repeat(2e6) + ']'.repeat(2e6)), '400'],
    ['JSON that is deep enough', postOf('{"title":' + '['.repeat(60) + ']'.repeat(60) + '}'), '400'],
    ['JSON with many names', postOf(`{${many(500_000)}}`), '400'],
    ['JSON with as many names as are parsed', postOf(`{${many(119_000)}}`), '400'],
    ['a name that reaches a prototype', postOf('{"title":"t","__proto__":{"role":"x"}}'), '201'],
    [
      'brackets and commas in a prompt',
      postOf(`{"title":"t","prompt":"${'[{,\\"'.repeat(200_000)}"}`),
      '201',
    ],
    ['more than is taken', postOf(`{"title":"${'x'.repeat(9e6)}"}`), '413'],
  ]
  for (const [name, words, status] of CASES)
    it(`answers ${status}: ${name}`, () =>
      withApi([odd], async (_client, path) => {
        expect(await ask(path, words)).to.equal(status)
      })).timeout(20_000)

  it('answers others while a big one comes in', () =>
    withApi([odd], async (client, path) => {
      const over = new AbortController()
      const big = ask(path, postOf(`{${many(700_000)}}`)).finally(() => over.abort())
      let worst = 0
      while (!over.signal.aborted) {
        const since = performance.now()
        await client.get('/v1/executions')
        worst = Math.max(worst, performance.now() - since)
      }
      expect(await big).to.equal('400')
      expect(worst).to.be.lessThan(1000)
    })).timeout(20_000)
})

describe('the API and readers of its streams that do not read', () => {
  const TEXT = 'x'.repeat(1024 * 1024)
  async function withReaders(
    only: string,
    use: (append: () => void, readers: readonly Socket[]) => Promise<void>,
  ): Promise<void> {
    const listeners = new Set<(message: StreamMessage) => void>()
    const rows: EventRow[] = []
    let looks = 0
    const streaming: Parameters<typeof servedApi>[1] = {
      subscribe: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      status: () => bareStatus({ look: (looks += 1), text: TEXT }),
      lastSeq: () => rows.length,
      storedAfter: (seq, limit) =>
        rows.slice(seq, seq + limit).map((row) => ({ seq: row.seq, row, event: null as never })),
    }
    const append = () => {
      const row = { seq: rows.length + 1, type: 'noted', text: TEXT } as unknown as EventRow
      rows.push(row)
      for (const listener of listeners) listener({ event: 'event', data: row })
      for (const listener of listeners) listener({ event: 'changed' })
    }
    await withApi([PLAIN, streaming], async (client, path) => {
      const readers = await open(path, 60, `GET /v1/stream?only=${only} HTTP/1.1\r\nhost: o\r\n\r\n`)
      await eventually(() => expect(listeners.size).to.equal(1))
      await client.get('/v1/executions')
      await use(append, readers)
      expect(await client.get('/v1/executions')).to.deep.equal([])
    })
  }

  it('keeps about a megabyte for each, the rest in the journal, and gives all of it to one that reads again', () =>
    withReaders('event', async (append, readers) => {
      const before = process.memoryUsage().external
      for (let n = 0; n < 20; n++) append()
      await new Promise((resolve) => setTimeout(resolve, 500))
      const grown = (process.memoryUsage().external - before) / TEXT.length
      expect(grown).to.be.lessThan(100)
      expect(livingOf(readers)).to.equal(60)
      const [reader] = readers
      if (reader === undefined) throw new Error('nobody reads')
      const seqs: number[] = []
      let head = ''
      reader.setEncoding('latin1').on('data', (part: string) => {
        head = head.slice(-20) + part
        for (const [, seq] of head.matchAll(/^id: (\d+)\n/gm))
          if (Number(seq) > (seqs.at(-1) ?? 0)) seqs.push(Number(seq))
      })
      reader.resume()
      await eventually(() => expect(seqs).to.deep.equal(Array.from({ length: 20 }, (_, i) => i + 1)))
    })).timeout(20_000)

  it('keeps one status for each, and gives the latest to one that reads again', () =>
    withReaders('status', async (append, readers) => {
      // Time is the thing itself: a status is sent four times a second at most.
      for (let i = 0; i < 8; i++) {
        append()
        await new Promise((resolve) => setTimeout(resolve, 260))
      }
      const [reader] = readers
      if (reader === undefined) throw new Error('nobody reads')
      let text = ''
      reader.setEncoding('latin1').on('data', (part: string) => (text += part))
      reader.resume()
      await eventually(() => {
        const looks = [...text.matchAll(/"look":(\d+)/g)].map(([, look]) => Number(look))
        expect(looks).to.have.property('length', 2)
        expect(looks[0]).to.equal(1)
      })
      expect(livingOf(readers)).to.equal(60)
    })).timeout(20_000)
})

describe('the client of an API that does not answer', () => {
  it('waits as long as the daemon answers others', () =>
    withApi(
      [{ 'POST /v1/pause': () => new Promise((resolve) => setTimeout(resolve, 4500)) }],
      async (client) => {
        await client.post('/v1/pause')
      },
    )).timeout(15_000)

  it('says so when it takes connections and is silent, and what it was told to say', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'orc-api-'))
    const path = join(dir, 'silent.sock')
    const silent = createServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(path, resolve))
    try {
      const client = new ApiClient(path, undefined, () => ({ message: 'it is silent', hint: 'wake it' }))
      const [one, two] = await Promise.allSettled([
        client.get('/v1/status'),
        client.stream('/v1/stream', () => undefined),
      ])
      for (const result of [one, two])
        expect(result)
          .to.have.property('reason')
          .that.includes({ kind: 'unreachable', message: 'it is silent', hint: 'wake it' })
    } finally {
      silent.close()
      rmSync(dir, { recursive: true, force: true })
    }
  }).timeout(20_000)

  it('tells a connection that was cut off from a daemon that is gone', () =>
    withApi([PLAIN], async (_client, path) => {
      let cut = 1
      // The first connection is ended before it has an answer.
      const client = new ApiClient(() => {
        const socket = connect(path)
        if (cut-- > 0)
          setImmediate(() => socket.destroy(Object.assign(new Error('reset'), { code: 'ECONNRESET' })))
        return socket
      })
      const refused = await client.post('/v1/pause').catch((error: unknown) => error)
      expect(refused).to.include({
        kind: 'unreachable',
        message: 'the daemon closed the connection before it answered',
      })
      cut = 1
      expect(await client.get('/v1/executions')).to.deep.equal([])
    }))
})
