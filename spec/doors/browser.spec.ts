/** What pages of others can do with our port, in a real browser: nothing. Needs Debian's chromium. */
import { expect } from 'chai'
import { createServer, type Server } from 'node:http'
import { eventually } from '../support/eventually.js'
import { HAS_CHROMIUM, withPage, type Page } from '../support/chromium.js'
import { withTcp } from '../support/socket-rig.js'

/** All that a page can try without being ours. Each ends with what it got. */
const TRY = (door: string) => `(async () => {
  const within = (what) => Promise.race([what, new Promise((late) => setTimeout(() => late('nothing'), 4000))])
  const fetched = (options) => fetch('http://${door}/v1/status', options).then((r) => r.status, (e) => e.name)
  const socket = (path) => new Promise((done) => {
    const one = new WebSocket('ws://${door}' + path)
    one.onopen = () => { one.send(JSON.stringify({ auth: 'viewer', after: 0 })) }
    one.onmessage = () => done('heard')
    one.onclose = ({ code }) => done(code)
  })
  const frame = () => new Promise((done) => {
    const one = document.createElement('iframe')
    one.src = 'http://${door}/v1/status'
    one.onload = () => { try { done(one.contentDocument === null ? 'closed' : one.contentDocument.body.innerText) } catch { done('closed') } }
    document.body.append(one)
  })
  const form = () => new Promise((done) => {
    const target = document.createElement('iframe'); target.name = 'there'; target.onload = () => done('sent')
    const one = document.createElement('form'); one.method = 'POST'; one.action = 'http://${door}/v1/tasks'; one.target = 'there'; one.enctype = 'text/plain'
    const field = document.createElement('input'); field.name = '{"title":"x","a":"'; field.value = '"}'; one.append(field)
    document.body.append(target, one); one.submit()
  })
  const stream = () => new Promise((done) => {
    const one = new EventSource('http://${door}/v1/stream')
    one.onmessage = () => done('heard'); one.onerror = () => { one.close(); done('error') }
  })
  return {
    plain: await fetched({}),
    withToken: await fetched({ headers: { authorization: 'Bearer viewer' } }),
    withCookies: await fetched({ credentials: 'include' }),
    blind: await fetch('http://${door}/v1/tasks', { method: 'POST', mode: 'no-cors', body: '{"title":"x"}' }).then((r) => r.type, (e) => e.name),
    socket: await within(socket('/v1/ws')),
    compat: await within(socket('/api/v1/ws')),
    stream: await within(stream()),
    frame: await within(frame()),
    form: await within(form()),
    cookie: document.cookie,
  }
})()`

const REFUSED = {
  plain: 'TypeError',
  withToken: 'TypeError',
  withCookies: 'TypeError',
  socket: 1006,
  compat: 1006,
  stream: 'error',
  frame: 'closed',
  form: 'sent',
  cookie: '',
}

describe('pages of others and our port', function () {
  this.timeout(120_000)
  before(function () {
    if (!HAS_CHROMIUM) this.skip()
  })

  const tried = async (use: (page: Page, door: string, other: string) => Promise<void>) =>
    withTcp(async ({ port, api }) => {
      expect(api.routes.length).to.be.greaterThan(1)
      const { server, at } = await blankPage()
      try {
        await withPage(['evil.example'], (page) => use(page, `127.0.0.1:${port}`, at))
      } finally {
        server.closeAllConnections()
        server.close()
      }
    })

  it('refuses another port of the same host, and another site, whatever they try', () =>
    tried(async (page, door, other) => {
      for (const from of [`http://127.0.0.1:${other}/`, `http://evil.example:${other}/`]) {
        expect(await page.go(from)).to.equal(200)
        const got = await page.run<Record<string, unknown>>(TRY(door))
        console.log(`        ${from}: ${JSON.stringify(got)}`)
        expect(got, from).to.deep.include(REFUSED)
        expect(got['blind'], from).to.be.oneOf(['opaque', 'TypeError'])
      }
      // A frame or a form brings no Origin of ours: what came back was a refusal each time, and never data.
      const answers = page.statuses(door)
      console.log(`        answers of the door: ${answers.join(' ')}`)
      expect(answers.filter((status) => status < 400)).to.deep.equal([])
      expect(await page.cookies()).to.deep.equal([])
    }))

  it('does not answer to a foreign name that resolves to it', () =>
    tried(async (page, door) => {
      const rebound = `evil.example:${door.split(':')[1]}`
      expect(await page.go(`http://${rebound}/v1/health`)).to.equal(421)
      const got = await page.run<Record<string, unknown>>(TRY(rebound))
      console.log(`        rebound: ${JSON.stringify(got)}`)
      expect(got).to.deep.include({ plain: 421, withToken: 421, withCookies: 421, socket: 1006, compat: 1006, stream: 'error', cookie: '' }) // prettier-ignore
      expect(page.statuses(rebound).filter((status) => status < 400)).to.deep.equal([])
      expect(await page.cookies()).to.deep.equal([])
    }))

  it('sends no part of a fragment, and sets no cookie for its own page either', () =>
    tried(async (page, door, other) => {
      expect(await page.go(`http://${door}/v1/health#t=viewer`)).to.equal(401)
      const seen = await page.run<{ status: number; referrer: string }>(
        `fetch('/v1/status', { headers: { authorization: 'Bearer viewer' } }).then((r) => ({ status: r.status, referrer: document.referrer }))`,
      )
      expect(seen).to.deep.equal({ status: 200, referrer: '' })
      expect(await page.cookies()).to.deep.equal([])
      // A page that goes on elsewhere does not say from where.
      await page.run(`setTimeout(() => { location.href = 'http://127.0.0.1:${other}/after' }, 0)`)
      await eventually(() => expect(seenBy(other)).to.deep.include({ url: '/after', referer: null }))
      await page.go(`http://${door}/v1/health#t=viewer`)
      // What another port kept is not seen by ours, and the other way round.
      await page.run(`localStorage.setItem('t', 'viewer')`)
      await page.go(`http://127.0.0.1:${other}/`)
      expect(await page.run(`localStorage.getItem('t')`)).to.equal(null)
    }))
})

interface Seen {
  readonly url: string
  readonly referer: string | null
}
const visits = new Map<string, Seen[]>()
const seenBy = (port: string) => visits.get(port) ?? []

/** A page of somebody else: an agent's dev server, say. */
async function blankPage(): Promise<{ server: Server; at: string }> {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    seen.push({ url: request.url ?? '', referer: request.headers.referer ?? null })
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end('<!doctype html><title>other</title><body>')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const at = String(typeof address === 'object' ? address?.port : 0)
  visits.set(at, seen)
  return { server, at }
}
