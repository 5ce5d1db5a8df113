import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import type { StatusDocument } from '../../../../lib/core/protocol/status.js'
import type { NotifierNeeds } from '../../../../lib/daemon/notify/notifier.js'
import { isQuiet, Notifier } from '../../../../lib/daemon/notify/notifier.js'

const at = (hours: number, minutes = 0) => new Date(2026, 0, 1, hours, minutes)

describe('quiet hours', () => {
  it('may go over midnight', () => {
    const quiet = { from: 23 * 60, to: 7 * 60 }
    expect([at(23), at(3), at(6, 59)].map((date) => isQuiet({ quiet }, date))).to.deep.equal([
      true,
      true,
      true,
    ])
    expect([at(7), at(12), at(22, 59)].map((date) => isQuiet({ quiet }, date))).to.deep.equal([
      false,
      false,
      false,
    ])
  })

  it('may lie within a day, or not be there', () => {
    expect(isQuiet({ quiet: { from: 60, to: 120 } }, at(1, 30))).to.equal(true)
    expect(isQuiet({ quiet: { from: 60, to: 120 } }, at(2))).to.equal(false)
    expect(isQuiet({ quiet: null }, at(2))).to.equal(false)
  })

  it('count in the time zone of the layout', () => {
    const noon = new Date('2026-11-27T12:00:00Z')
    const zones = ['UTC', 'Asia/Tokyo', 'Pacific/Auckland']
    const quiet = { from: 23 * 60, to: 7 * 60 }
    expect(zones.map((zone) => isQuiet({ quiet }, noon, zone))).to.deep.equal([false, false, true])
  })
})

describe('a webhook that refuses', () => {
  it('is told of in the log, without its address', async () => {
    const server = createServer((_request, response) => response.writeHead(404).end('no such hook'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const webhook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret`
    try {
      const logged = await new Promise<unknown>((resolve) => {
        const notifier = new Notifier({
          session: 's',
          clock: { now: () => 0 },
          store: { facts: { get: () => null, set: () => undefined } },
          loop: { state: { layout: { escalation: [], notify: { command: [], webhook, quiet: null } } } },
          message: () => Promise.resolve(),
          log: { warn: ({ err }: { err: Error }) => resolve(err.message) },
        } as unknown as NotifierNeeds)
        notifier.show({
          session: 's',
          tasks: [],
          run: { phase: 'running' },
          summary: { attention: [{ kind: 'task_failed', id: 'T', text: 'it failed' }] },
        } as unknown as StatusDocument)
      })
      expect(logged).to.equal('the webhook answered with status 404')
    } finally {
      server.close()
    }
  })
})
