/** A machine that comes up late is looked at then, and not with the next round. */
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { withRunRig } from '../support/run-rig.js'
import { needsSshd } from '../support/sshd.js'
import { startTcpProxy } from '../support/tcp-proxy.js'

describe('a machine that comes up late', function () {
  needsSshd(this)

  it('has its MCP servers checked as soon as it is there', async () => {
    await withRunRig(1, async ({ orchestra, sshds, machines }) => {
      const port = sshds[0]?.port ?? 0
      const proxy = await startTcpProxy({ port })
      try {
        const known = join(orchestra.env['HOME'] ?? '', '.ssh', 'known_hosts')
        appendFileSync(known, `[127.0.0.1]:${proxy.port} ${sshds[0]?.hostKey}\n`)
        proxy.refuse = true
        const layout = orchestra.write(
          'late.yaml',
          `version: 1
session: late
machines:
${machines.replace(`port: ${port}`, `port: ${proxy.port}`)}
mcp_servers: { far: { machine: h1, command: [sh, -c, "exit 7"] } }
tasks: { one: { title: one, type: command, machine: h1, command: "true" } }
`,
        )
        await orchestra.ok('up', layout, '-d')
        await orchestra.untilStatus(({ mcp_servers: [far] }) => far?.reason === 'h1 cannot be reached')
        proxy.refuse = false
        await orchestra.untilStatus(({ mcp_servers: [far] }) => far?.state === 'offline')
      } finally {
        await proxy.stop()
      }
    })
  })
})
