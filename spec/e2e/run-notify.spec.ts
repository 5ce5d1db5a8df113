/** Who is told what: a question at once and once, the end as a digest, over the death of the daemon. */
import { expect } from 'chai'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { eventually } from '../support/eventually.js'
import { withOrchestra } from '../support/orchestra.js'

describe('notifications', function () {
  it('reach the command and the webhook once for each question, and once for the end', async () => {
    const posted: { title: string; text: string }[] = []
    const server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        posted.push(JSON.parse(body) as (typeof posted)[number])
        response.end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    try {
      await withOrchestra(async (orchestra) => {
        const layout = orchestra.write(
          'notify.yaml',
          `version: 1
session: notify
agents:
  A: { type: demo, env: { DEMO_ASK: "1" } }
tasks:
  one: { title: one, agent: A, estimate: 2s }
notify: { command: [sh, -c, 'printf "%s|%s\\n" "$1" "$2" >> "$HOME/told"', sh], webhook: "http://127.0.0.1:${port}/hook" }
`,
        )
        await orchestra.ok('up', layout, '-d', '--run', '--wait')
        await orchestra.ok('wait', 'A', '--for', 'waiting', '--timeout', '50s')
        const file = join(orchestra.home, 'told')
        const told = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [])
        await eventually(() => expect(told()).to.have.length(1))
        expect(told()[0]).to.match(/^notify: A\|touch demo-one\.txt — Do you want to run this command/)
        await eventually(() => expect(posted).to.have.length(1))

        process.kill(orchestra.daemonPid('notify') ?? 0, 'SIGKILL')
        await orchestra.ok('up', layout, '-d', '--wait')
        await orchestra.ok('wait', 'A', '--for', 'waiting', '--timeout', '50s')
        await orchestra.ok('approve', 'A', '-y')
        await orchestra.ok('run', '--wait')
        await eventually(() => expect(told(), told().join('; ')).to.have.length(2))
        expect(told()[1]).to.match(/^notify\|the run ended: 1\/1 completed \(one\)/)
        await eventually(() => expect(posted.map((p) => `${p.title}|${p.text}`)).to.deep.equal(told()))
      })
    } finally {
      server.close()
    }
  })
})
