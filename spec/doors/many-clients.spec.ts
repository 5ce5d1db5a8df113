/** What clients cost, and what one that does not read costs the others. */
import { expect } from 'chai'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../support/eventually.js'
import { withListenedDoor } from '../support/listened-door.js'

/** So long each: alone, with one that does not read, alone again. */
const WARM_MS = 20_000
const STUCK_MS = 60_000
/** A client that reads again this early, before the door takes it for gone, is told why it is cut off. */
const TOLD_MS = 40_000
const AFTER_MS = 20_000

describe('many clients', function () {
  this.timeout(180_000)

  it('holds little for a client that reads nothing for a minute, cuts it off, and tells the others at once', () =>
    withListenedDoor(async (door, port) => {
      const phase = async (ms: number) => {
        door.delays.length = 0
        door.memory.length = 0
        await sleep(ms)
        const memory = door.memory.toSorted((a, b) => a - b)[Math.floor(door.memory.length / 2)] ?? Number.NaN
        return { p99: door.p99(), memory }
      }
      await phase(WARM_MS)
      const alone = await phase(WARM_MS)

      const [stuck, back] = [await silent(port, door.last), await silent(port, door.last)]
      const readsAgain = sleep(TOLD_MS).then(() => back.resume())
      const during = await phase(STUCK_MS)
      await readsAgain
      stuck.resume()
      await eventually(() => expect([stuck.isClosed(), back.isClosed()]).to.deep.equal([true, true]))
      const after = await phase(AFTER_MS)
      const grown = during.memory - (alone.memory + after.memory) / 2
      console.log(`        p99 of the other client ${during.p99.toFixed(1)} ms (without the stuck one ${alone.p99.toFixed(1)} and ${after.p99.toFixed(1)} ms); memory of the door ${alone.memory.toFixed(1)}, ${during.memory.toFixed(1)}, ${after.memory.toFixed(1)} MB: +${grown.toFixed(1)} MB; closed with 4008: ${back.wasTold()}`) // prettier-ignore
      expect(back.wasTold()).to.equal(true)
      expect(door.lost).to.equal(0)
      expect(during.p99).to.be.lessThan(250)
      expect(grown).to.be.lessThan(10)
    }))
})

/** A client that says what it wants, and then reads nothing until it is told to. */
async function silent(port: number, after: number) {
  const socket = connect(port, '127.0.0.1')
  socket.write(`GET /v1/ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`) // prettier-ignore
  await new Promise((done) => socket.once('data', done))
  socket.write(masked(JSON.stringify({ auth: 'viewer', after })))
  socket.pause()
  let closed = false
  let end = Buffer.alloc(0)
  socket.on('data', (data) => (end = Buffer.concat([end, data]).subarray(-200)))
  socket.once('close', () => (closed = true))
  socket.on('error', () => undefined)
  socket.pause()
  return {
    resume: () => void socket.resume(),
    isClosed: () => closed,
    wasTold: () => end.includes(Buffer.from([0x88, 6, 0x0f, 0xa8])),
  }
}

/** A frame as a client sends it. */
function masked(text: string): Buffer {
  const data = Buffer.from(text)
  return Buffer.concat([Buffer.from([0x81, 0x80 | data.length]), Buffer.alloc(4), data])
}
