/** What clients cost, and what one that does not read costs the others. */
import { expect } from 'chai'
import { connect } from 'node:net'
import { eventually } from '../support/eventually.js'
import { client, note, withTcp, type Heard } from '../support/socket-rig.js'

describe('many clients', function () {
  this.timeout(120_000)

  it('holds little for a client that reads nothing, cuts it off, and tells the others at once', async function () {
    this.timeout(90_000)
    await withTcp(async ({ port, url, append }) => {
      const stuck = connect(port, '127.0.0.1')
      stuck.write(`GET /v1/ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`) // prettier-ignore
      await new Promise((done) => stuck.once('data', done))
      stuck.write(masked(JSON.stringify({ auth: 'viewer', after: 0 })))
      stuck.pause()
      let closed = false
      stuck.once('close', () => (closed = true))
      stuck.on('error', () => undefined)
      const other = client(`${url}/v1/ws`, { auth: 'viewer', after: 0 })
      await new Promise((done) => other.socket.once('open', done))
      const before = process.memoryUsage().rss
      let most = 0
      const delays: number[] = []
      const text = 'x'.repeat(400)
      const sent = new Map<number, number>()
      let seq = 0
      other.socket.on('message', () => {
        const { seq: last } = other.heard.at(-1) as Heard
        delays.push(performance.now() - (sent.get(last) ?? 0))
      })
      const until = performance.now() + 24_000
      while (performance.now() < until) {
        for (let i = 0; i < 100; i++) {
          seq += 1
          sent.set(seq, performance.now())
          append(note(text))
        }
        most = Math.max(most, process.memoryUsage().rss - before)
        await new Promise((done) => setTimeout(done, 100))
      }
      await eventually(() => expect(other.heard.at(-1)?.seq).to.equal(seq))
      delays.sort((a, b) => a - b)
      const p99 = delays[Math.floor(delays.length * 0.99)] ?? 0
      console.log(`        ${seq} events; p99 of the other client ${p99.toFixed(1)} ms`)
      expect(p99).to.be.lessThan(250)
      stuck.resume()
      await eventually(() => expect(closed).to.equal(true))
      other.socket.terminate()
    })
  })
})

/** A frame as a client sends it. */
function masked(text: string): Buffer {
  const data = Buffer.from(text)
  return Buffer.concat([Buffer.from([0x81, 0x80 | data.length]), Buffer.alloc(4), data])
}
