/** Ten thousand upgrades that come to nothing, and a client beside them. */
import { expect } from 'chai'
import { connect, type Socket } from 'node:net'
import { eventually } from '../support/eventually.js'
import { withListenedDoor } from '../support/listened-door.js'

const UPGRADES = 10_000
const AT_ONCE = 50

describe('upgrades in masses', function () {
  this.timeout(150_000)

  it('keep few places, little memory, and nobody waiting', () =>
    withListenedDoor(async (door, port) => {
      const before = door.rss
      await eventually(() => expect(door.delays.length).to.be.greaterThan(1000))
      door.delays.length = 0
      const open = new Set<Socket>()
      const answers = new Map<string, number>()
      const one = (i: number) =>
        new Promise<void>((done) => {
          const socket = connect(port, '127.0.0.1')
          open.add(socket)
          socket.on('error', () => undefined)
          socket.once('close', () => {
            open.delete(socket)
            done()
          })
          socket.once('data', (data) => {
            const status = String(data).split(' ', 2)[1] ?? ''
            answers.set(status, (answers.get(status) ?? 0) + 1)
            // Every other one stays, and says nothing.
            if (i % 2 === 0) socket.destroy()
            else done()
          })
          const host = i % 10 === 0 ? 'evil.example' : `127.0.0.1:${port}`
          socket.write(`GET /v1/ws HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`) // prettier-ignore
        })
      const since = performance.now()
      for (let i = 0; i < UPGRADES; i += AT_ONCE)
        await Promise.all(Array.from({ length: AT_ONCE }, (_, k) => one(i + k)))
      const seconds = (performance.now() - since) / 1000
      const p99 = door.p99()
      const kept = open.size
      // The door closes clients that say nothing.
      await eventually(() => expect(open.size).to.equal(0), 20_000)
      const grown = door.rss - before
      console.log(`        ${UPGRADES} upgrades in ${seconds.toFixed(1)} s, ${kept} open at the end; ${JSON.stringify(Object.fromEntries(answers))}; p99 of the other client ${p99.toFixed(1)} ms; memory +${(grown / 1024 / 1024).toFixed(1)} MB, the journal's growth in it`) // prettier-ignore
      expect(door.lost).to.equal(0)
      expect(kept).to.be.at.most(300)
      expect([...answers.keys()].every((status) => ['101', '421', '503'].includes(status))).to.equal(true)
      expect(grown).to.be.lessThan(150 * 1024 * 1024)
    }))
})
