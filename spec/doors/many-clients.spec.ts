/** What clients cost, and what one that does not read costs the others. */
import { expect } from 'chai'
import { fork } from 'node:child_process'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../support/eventually.js'
import type { DoorNews } from '../support/door-process.js'
import { client, type Heard } from '../support/socket-rig.js'

/** So long each: alone, with one that does not read, alone again. */
const WARM_MS = 20_000
const STUCK_MS = 40_000
const AFTER_MS = 20_000

describe('many clients', function () {
  this.timeout(150_000)

  it('holds little for a client that reads nothing for a minute, cuts it off, and tells the others at once', async () => {
    const door = fork('spec/support/door-process.ts', { execArgv: ['--import=tsx'] })
    let news: DoorNews | null = null
    const memory: number[] = []
    door.on('message', (told: DoorNews) => {
      news = told
      memory.push(told.rss / 1024 / 1024)
    })
    try {
      const { port } = await eventually(() => news ?? Promise.reject(new Error('it does not listen yet')))
      const other = client(`ws://127.0.0.1:${port}/v1/ws`, { auth: 'viewer', after: 0 })
      let delays: number[] = []
      let [last, lost] = [0, 0]
      other.socket.on('message', () => {
        const { seq, text } = other.heard.pop() as Heard & { text: string }
        lost += seq - last - 1
        last = seq
        delays.push(Number(process.hrtime.bigint() - BigInt(text.split(' ', 1)[0] ?? '0')) / 1e6)
      })
      const phase = async (ms: number) => {
        delays = []
        memory.length = 0
        await sleep(ms)
        const p99 = delays.toSorted((a, b) => a - b)[Math.floor(delays.length * 0.99)] ?? Number.NaN
        return { p99, memory: memory.toSorted((a, b) => a - b)[Math.floor(memory.length / 2)] ?? Number.NaN }
      }
      await phase(WARM_MS)
      const alone = await phase(WARM_MS)

      const stuck = connect(port, '127.0.0.1')
      stuck.write(`GET /v1/ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`) // prettier-ignore
      await new Promise((done) => stuck.once('data', done))
      stuck.write(masked(JSON.stringify({ auth: 'viewer', after: last })))
      stuck.pause()
      let closed = false
      let end = Buffer.alloc(0)
      stuck.on('data', (data) => (end = Buffer.concat([end, data]).subarray(-200)))
      stuck.once('close', () => (closed = true))
      stuck.on('error', () => undefined)
      stuck.pause()
      const during = await phase(STUCK_MS)
      // It reads again before it is cut off without a word, and is told why.
      stuck.resume()
      await eventually(() => expect(closed).to.equal(true))
      const told = end.includes(Buffer.from([0x88, 6, 0x0f, 0xa8]))
      const after = await phase(AFTER_MS)
      const grown = during.memory - (alone.memory + after.memory) / 2
      console.log(`        p99 of the other client ${during.p99.toFixed(1)} ms (without the stuck one ${alone.p99.toFixed(1)} and ${after.p99.toFixed(1)} ms); memory of the door ${alone.memory.toFixed(1)}, ${during.memory.toFixed(1)}, ${after.memory.toFixed(1)} MB: +${grown.toFixed(1)} MB; closed with 4008: ${told}`) // prettier-ignore
      expect(told).to.equal(true)
      expect(lost).to.equal(0)
      expect(during.p99).to.be.lessThan(250)
      expect(grown).to.be.lessThan(10)
      other.socket.terminate()
    } finally {
      door.disconnect()
    }
  })
})

/** A frame as a client sends it. */
function masked(text: string): Buffer {
  const data = Buffer.from(text)
  return Buffer.concat([Buffer.from([0x81, 0x80 | data.length]), Buffer.alloc(4), data])
}
