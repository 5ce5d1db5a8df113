import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { ApiClient } from '../../../lib/api/client.js'
import { MAX_STREAMS } from '../../../lib/api/connections.js'
import { serveApi } from '../../../lib/api/server.js'
import type { Service } from '../../../lib/api/service.js'
import { eventually } from '../../support/eventually.js'

async function withApi(
  service: Partial<Service>,
  use: (client: ApiClient, socket: string) => Promise<void>,
): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'orc-api-'))
  const socket = join(dir, 'own', 'api.sock')
  const api = await serveApi(service as Service, socket, { version: '1', report: () => undefined })
  try {
    await use(new ApiClient(socket), socket)
  } finally {
    await api.close()
    rmSync(dir, { recursive: true, force: true })
  }
}

describe('the API of a daemon that is being stopped', () => {
  it('acknowledges nothing that would be lost, and still answers questions', async () => {
    const service: Partial<Service> = {
      isStopping: true,
      submit: async () => ({ task: 'T' }),
      executions: () => [],
    }
    await withApi(service, async (client) => {
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
  const service: Partial<Service> = {
    isStopping: false,
    executions: () => [],
    subscribe: () => () => undefined,
    events: () => [],
    pause: () => Promise.resolve(),
  }
  const STREAM = 'GET /v1/stream?only=event HTTP/1.1\r\nhost: o\r\n\r\n'

  it('keeps a part of the streams and answers short requests', () =>
    withApi(service, async (client, path) => {
      const streams = await open(path, 300, STREAM)
      for (let i = 0; i < 3; i++) expect(await client.get('/v1/executions')).to.deep.equal([])
      await client.post('/v1/pause')
      await eventually(() => expect(livingOf(streams)).to.equal(MAX_STREAMS))
    }))

  it('makes room where nobody asks anything, and ends what does not come to its end', () =>
    withApi(service, async (client, path) => {
      const heads = await open(path, 400, 'GET /v1/executions HTTP/1.1\r\nx: ')
      for (let i = 0; i < 3; i++) expect(await client.get('/v1/executions')).to.deep.equal([])
      await client.post('/v1/pause')
      await eventually(() => expect(livingOf(heads)).to.equal(0), 15_000)
    })).timeout(20_000)
})

describe('the client of an API that does not answer', () => {
  it('waits as long as the daemon answers others', () =>
    withApi(
      { isStopping: false, pause: () => new Promise<void>((resolve) => setTimeout(resolve, 4500)) },
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
    withApi(service(), async (_client, path) => {
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

function service(): Partial<Service> {
  return { isStopping: false, executions: () => [], pause: () => Promise.resolve() }
}
