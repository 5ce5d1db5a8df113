/** What clients cost, and what one that does not read costs the others. */
import { expect } from 'chai'
import { connect } from 'node:net'
import { eventually } from '../support/eventually.js'
import { client, note, withTcp, type Heard } from '../support/socket-rig.js'

describe('many clients', function () {
  this.timeout(120_000)

  it('holds little for a client that reads nothing for a minute, cuts it off, and tells the others at once', async function () {
    this.timeout(110_000)
    await withTcp(async ({ port, url, append }) => {
      // One event, so that the journal of the spec itself does not grow.
      const event = note('x'.repeat(400))
      const other = client(`${url}/v1/ws`, { auth: 'viewer', after: 0 })
      await new Promise((done) => other.socket.once('open', done))
      let seq = 0
      let heardUpTo = 0
      const sent = new Map<number, number>()
      const delays: number[] = []
      other.socket.on('message', () => {
        const { seq: last } = other.heard.pop() as Heard
        heardUpTo = last
        delays.push(performance.now() - (sent.get(last) ?? 0))
        sent.delete(last)
      })
      const p99 = () => delays.toSorted((a, b) => a - b)[Math.floor(delays.length * 0.99)] ?? 0
      const run = async (ms: number) => {
        const until = performance.now() + ms
        let most = 0
        while (performance.now() < until) {
          for (let i = 0; i < 100; i++) {
            seq += 1
            sent.set(seq, performance.now())
            append(event)
          }
          most = Math.max(most, process.memoryUsage().rss)
          await new Promise((done) => setTimeout(done, 100))
        }
        await eventually(() => expect(heardUpTo).to.equal(seq))
        return most / 1024 / 1024
      }
      const before = await run(10_000)
      const alone = p99()
      delays.length = 0
      const first = seq

      const stuck = connect(port, '127.0.0.1')
      stuck.write(`GET /v1/ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`) // prettier-ignore
      await new Promise((done) => stuck.once('data', done))
      stuck.write(masked(JSON.stringify({ auth: 'viewer', after: 0 })))
      stuck.pause()
      let closed = false
      let end = Buffer.alloc(0)
      stuck.on('data', (data) => (end = Buffer.concat([end, data]).subarray(-200)))
      stuck.once('close', () => (closed = true))
      stuck.on('error', () => undefined)
      stuck.pause()
      // It reads again before it is cut off without a word, and is told why.
      const since = performance.now()
      const early = await run(40_000)
      stuck.resume()
      await eventually(() => expect(closed).to.equal(true))
      const told = end.includes(Buffer.from([0x88, 6, 0x0f, 0xa8]))
      const late = await run(20_000 + Math.max(0, 40_000 - (performance.now() - since)))
      const grown = Math.max(early, late) - before
      console.log(`        ${seq - first} events in a minute; p99 of the other client ${p99().toFixed(1)} ms (alone ${alone.toFixed(1)} ms); memory +${grown.toFixed(1)} MB; closed with 4008: ${told}`) // prettier-ignore
      expect(told).to.equal(true)
      expect(p99()).to.be.lessThan(250)
      expect(grown).to.be.lessThan(40)
      other.socket.terminate()
    })
  })
})

/** A frame as a client sends it. */
function masked(text: string): Buffer {
  const data = Buffer.from(text)
  return Buffer.concat([Buffer.from([0x81, 0x80 | data.length]), Buffer.alloc(4), data])
}
