/** The door over TCP: who gets an answer at all, and what floods and half requests cost. */
import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serveTcp } from '../../../lib/api/transports/tcp.js'
import { WrongLogins } from '../../../lib/api/transports/wrong-logins.js'
import { connectApi } from '../../../lib/cli/daemon/connect-api.js'
import type { OrchestraError } from '../../../lib/core/errors.js'
import type { TcpSpec } from '../../../lib/core/layout/api-spec.js'
import { eventually } from '../../support/eventually.js'
import { fixWorks } from '../../support/fix-works.js'
import { journalApi } from '../../support/journal-api.js'

const VIEWER = { 'viewer-token': ['status:read', 'events:read'] }
const PLAIN: TcpSpec = {
  host: '127.0.0.1',
  port: 0,
  names: ['laptop.example.ts.net'],
  tls: null,
  behind: null,
}

async function withDoor(use: (port: number) => Promise<void>, spec: TcpSpec = PLAIN): Promise<void> {
  const door = await serveTcp(journalApi(VIEWER).api, spec)
  try {
    await use(door.port)
  } finally {
    await door.close()
  }
}

/** Head and body as they come, of a request as it is written. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((done) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.setEncoding('latin1').on('data', (part: string) => (answer += part))
    socket.on('error', () => undefined)
    socket.on('close', () => done(answer))
  })
}

const ask = (port: number, headers: Record<string, string>, first = 'GET /v1/status') =>
  raw(
    port,
    `${first} HTTP/1.1\r\n${Object.entries({ connection: 'close', ...headers })
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n`,
  )
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])
const AUTH = { authorization: 'Bearer viewer-token' }

describe('the API over TCP', function () {
  this.timeout(30_000)

  it('answers to its own names alone', () =>
    withDoor(async (port) => {
      for (const [host, status] of [
        [`127.0.0.1:${port}`, 200],
        [`localhost:${port}`, 200],
        ['laptop.example.ts.net', 200],
        ['LAPTOP.example.ts.net:7443', 200],
        ['evil.example', 421],
        [`127.0.0.1.evil.example:${port}`, 421],
        ['', 421],
      ] as const)
        expect(statusOf(await ask(port, { host, ...AUTH })), host).to.equal(status)
    }))

  it('answers no page but its own, allows no other origin, and has no cookies', () =>
    withDoor(async (port) => {
      const host = `127.0.0.1:${port}`
      for (const [origin, status] of [
        [`http://127.0.0.1:${port}`, 200],
        ['http://127.0.0.1:3000', 403],
        [`https://127.0.0.1:${port}`, 403],
        ['http://evil.example', 403],
        ['null', 403],
      ] as const) {
        const answer = await ask(port, { host, origin, ...AUTH })
        expect(statusOf(answer), origin).to.equal(status)
        expect(answer.toLowerCase()).to.not.match(/set-cookie|access-control/)
        const upgrade = { upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-version': '13', 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' } // prettier-ignore
        if (status === 403)
          expect(statusOf(await ask(port, { host, origin, ...upgrade }, 'GET /v1/ws')), origin).to.equal(403)
      }
      const site = { 'sec-fetch-site': 'cross-site', 'content-length': '2' }
      expect(statusOf(await ask(port, { host, ...AUTH, ...site }, 'POST /v1/tasks'))).to.equal(403)
      expect(statusOf(await ask(port, { host, ...AUTH }, 'OPTIONS /v1/status'))).to.equal(405)
    }))

  it('wants a token, and after twenty wrong ones a minute says nothing more to that address', () =>
    withDoor(async (port) => {
      const host = `127.0.0.1:${port}`
      // Without one nothing is guessed: a page could ask so for ever, and bar the person.
      for (let i = 0; i < 25; i++) expect(statusOf(await ask(port, { host }))).to.equal(401)
      for (let i = 0; i < 20; i++)
        expect(statusOf(await ask(port, { host, authorization: 'Bearer guess' }))).to.equal(401)
      expect(statusOf(await ask(port, { host, ...AUTH }))).to.equal(429)
    }))

  it('takes no word for who somebody is, and none for another way in', () =>
    withDoor(async (port) => {
      const host = `127.0.0.1:${port}`
      for (const more of [
        { 'orchestra-inside': 'A-1' },
        { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1' },
        { cookie: 'token=viewer-token' },
        { 'x-http-method-override': 'GET', authorization: 'Basic dmlld2VyLXRva2VuOg' },
        { authorization: 'viewer-token' },
      ])
        expect(statusOf(await ask(port, { host, ...more })), JSON.stringify(more)).to.equal(401)
      expect(statusOf(await ask(port, { host }, 'GET /v1/status?token=viewer-token'))).to.equal(401)
      // The address of the other end counts, whatever it says of itself.
      for (let i = 0; i < 20; i++)
        await ask(port, { host, authorization: 'Bearer guess', 'x-forwarded-for': `10.0.0.${i}` })
      expect(statusOf(await ask(port, { host, ...AUTH, 'x-forwarded-for': '10.1.1.1' }))).to.equal(429)
    }))

  it('refuses what another page asks by itself, and lets a person follow a link', () =>
    withDoor(async (port) => {
      const host = `127.0.0.1:${port}`
      for (const site of ['cross-site', 'same-site'])
        for (const dest of ['iframe', 'image', 'script', 'empty'])
          expect(statusOf(await ask(port, { host, ...AUTH, 'sec-fetch-site': site, 'sec-fetch-dest': dest }))).to.equal(403) // prettier-ignore
      const link = {
        'sec-fetch-site': 'cross-site',
        'sec-fetch-dest': 'document',
        'sec-fetch-mode': 'navigate',
      }
      expect(statusOf(await ask(port, { host, ...AUTH, ...link }))).to.equal(200)
      expect(statusOf(await ask(port, { host, ...AUTH, ...link, 'content-length': '0' }, 'POST /v1/tasks'))).to.equal(403) // prettier-ignore
    }))

  it('forgets wrong logins after a minute', () => {
    let now = 0
    const logins = new WrongLogins(() => now)
    for (let i = 0; i < 20; i++) logins.note('a')
    expect([logins.isBarred('a'), logins.isBarred('b')]).to.deep.equal([true, false])
    now = 60_000
    expect(logins.isBarred('a')).to.equal(false)
  })

  it('refuses paths and heads that mean two things, and answers others meanwhile', () =>
    withDoor(async (port) => {
      const host = `127.0.0.1:${port}`
      for (const path of [
        '/v1/../../etc/passwd',
        '/v1/%2e%2e%2fetc',
        '/v1/tasks/%00',
        '//evil.example/',
        '/v1/status%2f',
        '//v1/status',
        '/v1//status',
        '/api/api/v1/status',
        '/api//v1/status',
        '/V1/status',
        '/v1/status/',
        '/v1/status;a',
        '/v1/status%00',
        'http://evil.example/v1/status',
        '*',
      ])
        expect(statusOf(await ask(port, { host, ...AUTH }, `GET ${path}`)), path).to.be.within(400, 404)
      for (const [method, status] of [['HEAD', 405], ['TRACE', 405], ['PUT', 405], ['PATCH', 405]] as const) // prettier-ignore
        expect(statusOf(await ask(port, { host, ...AUTH, 'x-http-method-override': 'GET' }, `${method} /v1/status`))).to.equal(status) // prettier-ignore
      const twoHosts = `GET /v1/status HTTP/1.1\r\nHost: ${host}\r\nHost: evil.example\r\nAuthorization: ${AUTH.authorization}\r\nConnection: close\r\n\r\n`
      expect(statusOf(await raw(port, twoHosts))).to.equal(400)
      const behind = `GET /v1/status HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 44\r\nConnection: close\r\n\r\nGET /v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`
      expect((await raw(port, behind)).match(/HTTP\/1\.1 /g)).to.have.length(1)
      const smuggled = `POST /v1/tasks HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`
      expect(statusOf(await raw(port, smuggled))).to.equal(400)
      const large = {
        host,
        ...AUTH,
        'content-type': 'application/json',
        'content-length': String(100 * 1024 * 1024),
      }
      expect(statusOf(await ask(port, large, 'POST /v1/ping'))).to.be.within(400, 413)
      expect(statusOf(await ask(port, { host, big: 'x'.repeat(20_000) }))).to.equal(400)
      // Heads that never end: each is cut off after five seconds, and holds nobody up.
      const slow = Array.from({ length: 100 }, () => connect(port, '127.0.0.1'))
      const closed = new Set<number>()
      for (const [i, socket] of slow.entries()) {
        socket
          .on('error', () => undefined)
          .on('close', () => closed.add(i))
          .resume()
        socket.write('GET /v1/status HTTP/1.1\r\nHost: ')
      }
      const times: number[] = []
      for (let i = 0; i < 50; i++) {
        const since = performance.now()
        expect(statusOf(await ask(port, { host, ...AUTH }))).to.equal(200)
        times.push(performance.now() - since)
      }
      console.log(
        `        p98 beside 100 half requests: ${times.toSorted((a, b) => a - b)[48]?.toFixed(1)} ms`,
      )
      await eventually(() => expect(closed.size).to.equal(100), 15_000)
    }))

  it('stays within bounds under upgrades in masses', () =>
    withDoor(async (port) => {
      const host = `127.0.0.1:${port}`
      const upgrade = { upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-version': '13', 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' } // prettier-ignore
      const before = process.memoryUsage().rss
      for (let round = 0; round < 10; round++) {
        const sockets = Array.from({ length: 100 }, () => connect(port, '127.0.0.1'))
        for (const socket of sockets) {
          socket.on('error', () => undefined)
          socket.write(`GET /v1/ws HTTP/1.1\r\nhost: ${host}\r\n${Object.entries(upgrade).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`) // prettier-ignore
        }
        expect(statusOf(await ask(port, { host, ...AUTH }))).to.equal(200)
        for (const socket of sockets) socket.destroy()
      }
      expect(process.memoryUsage().rss - before).to.be.lessThan(100 * 1024 * 1024)
    }))

  it('speaks TLS from files, and takes new ones without a new start', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'orc-tls-'))
    const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')]
    const make = (name: string) =>
      execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', `/CN=${name}`, '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert], { stdio: 'ignore' }) // prettier-ignore
    make('first')
    const seen = (port: number) =>
      new Promise<string>((done, reject) => {
        const asked = httpsRequest(
          {
            host: 'localhost',
            port,
            path: '/v1/health',
            rejectUnauthorized: false,
            agent: false,
            headers: AUTH,
          },
          (answer) => {
            // prettier-ignore
            const peer = (answer.socket as unknown as { getPeerCertificate(): { subject: { CN: string } } }).getPeerCertificate() // prettier-ignore
            answer.resume().once('end', () => done(`${answer.statusCode} ${peer.subject.CN}`))
          },
        )
        asked.once('error', reject).end()
      })
    try {
      await withDoor(
        async (port) => {
          expect(await seen(port)).to.equal('200 first')
          make('second')
          await eventually(async () => expect(await seen(port)).to.equal('200 second'), 20_000)
        },
        { ...PLAIN, tls: { cert, key } },
      )
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })

  it('is reached with --api and a token in a file that nobody else may read', () =>
    withDoor(async (port) => {
      const dir = mkdtempSync(join(tmpdir(), 'orc-token-'))
      const file = join(dir, 'token')
      writeFileSync(file, 'viewer-token\n', { mode: 0o600 })
      try {
        const url = `http://127.0.0.1:${port}`
        expect(await connectApi(url, file).get('/v1/health')).to.deep.equal({ status: 'ok' })
        writeFileSync(file, 'guess-guess\n')
        const refused = await connectApi(url, file)
          .get('/v1/health')
          .catch((error: OrchestraError) => error.kind)
        expect(refused).to.equal('unauthorized')
        for (const wrong of ['ftp://x', 'http://u:p@x', 'http://x/path?t=1', 'x'])
          expect(() => connectApi(wrong, file), wrong).to.throw('not the address')
      } finally {
        rmSync(dir, { recursive: true, force: true })
      }
    }))

  fixWorks('token.close', 'others may read the token', (follow) =>
    withDoor(async (port) => {
      const dir = mkdtempSync(join(tmpdir(), 'orc-token-'))
      const file = join(dir, 'token')
      writeFileSync(file, 'viewer-token\n')
      chmodSync(file, 0o644)
      try {
        const url = `http://127.0.0.1:${port}`
        let hint = ''
        try {
          connectApi(url, file)
        } catch (error) {
          hint = (error as OrchestraError).hint ?? ''
        }
        await follow(hint, { env: { PATH: process.env['PATH'] ?? '' }, cwd: dir })
        expect(await connectApi(url, file).get('/v1/health')).to.deep.equal({ status: 'ok' })
      } finally {
        rmSync(dir, { recursive: true, force: true })
      }
    }),
  )

  it('says so where the port is taken', () =>
    withDoor(async (port) => {
      const error = await serveTcp(journalApi().api, { ...PLAIN, port }).catch(
        (thrown: OrchestraError) => thrown,
      )
      expect(error).to.include({ kind: 'failed' })
    }))
})
