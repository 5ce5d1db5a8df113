/** E35 to E37: whoever can open the socket, and what comes of requests that nobody should send. Against a real daemon. */
import { expect } from 'chai'
import fc from 'fast-check'
import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync, statSync } from 'node:fs'
import { request, Agent } from 'node:http'
import { connect, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { REQUESTS } from '../../../lib/daemon/requests/index.js'
import { Orchestra } from '../../support/orchestra.js'

const COUNT = Number(process.env['ORCHESTRA_API_REQUESTS'] ?? 400)
/** Those that really do something to the session, when the body is valid by chance. */
const KEPT_OUT = /\/v1\/(?:down|up)$/

describe('the API', function () {
  this.timeout(120_000)
  let orchestra: Orchestra
  let socketPath: string
  let pid: number
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })

  before(async () => {
    orchestra = new Orchestra()
    const layout = orchestra.write(
      'api.yaml',
      'version: 1\nsession: api\nmachines: { here: { kind: local } }\nagents: { A: { type: command, command: [cat] } }\n',
    )
    await orchestra.ok('up', layout, '-d', '--wait')
    const file = join(orchestra.state, 'sessions/api/daemon.json')
    const said = JSON.parse(readFileSync(file, 'utf8')) as { socket: string; pid: number }
    socketPath = said.socket
    pid = said.pid
  })

  after(async () => {
    agent.destroy()
    await orchestra.close()
  })

  const ask = (method: string, path: string, body?: string) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const asked = request({ socketPath, method, path, agent, timeout: 20_000 }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      })
      asked.on('error', reject)
      asked.end(body)
    })
  const raw = (text: string) =>
    new Promise<{ socket: Socket; said: () => string; closed: Promise<void> }>((resolve) => {
      let said = ''
      const socket = connect(socketPath, () => {
        socket.write(text)
        resolve({ socket, said: () => said, closed })
      })
      const closed = new Promise<void>((done) => socket.once('close', () => done()))
      socket.on('error', () => undefined)
      socket.setEncoding('utf8').on('data', (chunk: string) => (said += chunk))
    })
  const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
  const ping = async () => {
    const since = performance.now()
    expect((await ask('GET', '/v1/ping')).status).to.equal(200)
    return performance.now() - since
  }

  it('is nothing that another user could open', function () {
    expect(statSync(socketPath).mode & 0o777).to.equal(0o600)
    expect(statSync(dirname(socketPath)).mode & 0o777).to.equal(0o700)
    if (process.getuid?.() !== 0) this.skip()
    // With every directory above it open, the socket itself still says no.
    const program = `require('net').connect(${JSON.stringify(socketPath)}).on('error',e=>console.log(e.code)).on('connect',()=>{console.log('open');process.exit()})`
    const dirs = [dirname(socketPath), orchestra.state, orchestra.dir]
    try {
      for (const dir of dirs) chmodSync(dir, 0o755)
      const said = execFileSync(process.execPath, ['-e', program], {
        uid: 65534,
        gid: 65534,
        encoding: 'utf8',
      })
      expect(said.trim()).to.equal('EACCES')
    } finally {
      for (const dir of dirs) chmodSync(dir, 0o700)
    }
  })

  it(`answers ${COUNT} random requests with 2xx or 4xx, and lives`, async () => {
    const id = fc.oneof(
      fc.constantFrom('A', '..', '%2e%2e', '__proto__', '%00', 'a'.repeat(300)),
      fc.webSegment(),
    )
    const value = fc.oneof(
      fc.json(),
      fc.string(),
      fc.constantFrom('{"__proto__":{"x":1}}', '[', '{"text":"x","wait":1}', '{"title":"\\u0000"}', 'null'),
    )
    const before = rss()
    const statuses = new Map<number, number>()
    const cases = fc.sample(
      fc.tuple(
        fc.constantFrom(...REQUESTS.filter((one) => !KEPT_OUT.test(one.path) && !('stream' in one))),
        id,
        value,
        fc.constantFrom('', '?limit=1e9', '?cols=-1', '?after=x'),
      ),
      { numRuns: COUNT, seed: 1 },
    )
    for (let i = 0; i < cases.length; i += 16) {
      await Promise.all(
        cases.slice(i, i + 16).map(async ([route, name, body, query]) => {
          const path = route.path.replace(':id', name) + query
          const { status, text } = await ask(route.method, path, route.method === 'POST' ? body : undefined)
          statuses.set(status, (statuses.get(status) ?? 0) + 1)
          if (status >= 500 && status !== 503)
            throw new Error(`${route.method} ${path} ${body}: ${status} ${text}`)
        }),
      )
    }
    const grown = rss() - before
    const said = [...statuses].toSorted(([a], [b]) => a - b).map(([status, count]) => `${count} × ${status}`)
    console.log(`E35: ${cases.length} requests: ${said.join(', ')}; memory +${grown.toFixed(0)} MB`)
    expect(grown).to.be.lessThan(100)
    expect(await ping()).to.be.lessThan(2000)
  })

  it('refuses what is too large before it has it whole', async () => {
    const before = rss()
    const { socket, said, closed } = await raw(
      'POST /v1/tasks HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 104857600\r\n\r\n',
    )
    const chunk = Buffer.alloc(1024 * 1024, 0x20)
    let sent = 0
    while (sent < 100 && !socket.destroyed && socket.writable) {
      if (!socket.write(chunk))
        await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed])
      sent += 1
    }
    socket.end()
    await closed
    expect(said() === '' || said().includes(' 413 ')).to.equal(true)
    expect(rss() - before).to.be.lessThan(60)
    await ping()
  })

  it('is not held up by connections that say nothing, half a request, or go away', async () => {
    const texts = [
      '',
      'GET /v1/sta',
      'POST /v1/tasks HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{"a"',
      '\0\xff\r\n\r\n',
    ]
    const open = await Promise.all(Array.from({ length: 100 }, (_, i) => raw(texts[i % texts.length] ?? '')))
    for (const { socket } of open.slice(0, 30)) socket.destroy()
    expect(await ping()).to.be.lessThan(2000)
    for (const { socket } of open) socket.destroy()
  })

  it('lets go of a reader of the stream that does not read, and the others have theirs', async () => {
    const deaf = await Promise.all(
      Array.from({ length: 50 }, () => raw('GET /v1/stream HTTP/1.1\r\nhost: x\r\n\r\n')),
    )
    for (const { socket } of deaf) socket.pause()
    const before = rss()
    for (let i = 0; i < 40; i++)
      await ask(
        'POST',
        '/v1/tasks',
        JSON.stringify({ title: `t${i}`, id: `T-${i}`, prompt: 'x'.repeat(20_000) }),
      )
    expect(await ping()).to.be.lessThan(2000)
    const grown = rss() - before
    console.log(`E37: 50 readers that do not read: memory +${grown.toFixed(0)} MB`)
    expect(grown).to.be.lessThan(100)
    for (const { socket } of deaf) socket.destroy()
  })
})
