import { expect } from 'chai'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { McpServerSpec } from '../../../../lib/core/layout/model.js'
import { hostPaths } from '../../../../lib/daemon/machines/host-paths.js'
import { checkMcpServer } from '../../../../lib/daemon/surveys/mcp-check.js'
import { LocalLink } from '../../../../lib/exec/local-link.js'
import { Shell } from '../../../../lib/exec/shell.js'
import { processesNaming } from '../../../support/processes.js'

/** Answers as a server does, and does not end with its input. */
const SERVER = `trap '' TERM HUP
while read -r line; do case $line in
  *'"id":1,'*) echo '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-06-18","capabilities":{}}}' ;;
  *'"id":2,'*) echo '{"jsonrpc":"2.0","id":2,"result":{"tools":[]}}' ;;
esac; done
while :; do sleep 0.2; done
`

describe('an MCP server that is looked at', () => {
  const link = new LocalLink()
  let dir: string
  let shell: Shell
  before(() => {
    link.start()
    shell = new Shell(link)
    dir = mkdtempSync(join(tmpdir(), 'orc-mcp-'))
    writeFileSync(join(dir, 'server'), SERVER)
  })
  after(async () => {
    shell.dispose()
    await link.stop()
    rmSync(dir, { recursive: true })
  })

  const check = (script: string) =>
    checkMcpServer({ link, shell, paths: hostPaths(dir, 's-here', 'S1') }, {
      id: 'm',
      command: ['sh', '-c', script],
      env: {},
    } as unknown as McpServerSpec)

  it('tells why it does not work in words that harm no terminal', async () => {
    const ended = await check(`printf 'no \\033]0;model\\007 \\033[31m%0300d' 7 >&2; exit 7`)
    expect(ended).to.include({ ok: false, tools: null })
    expect(ended.reason).to.match(/^it ended with status 7: no /)
    expect(ended.reason).to.match(/^[\x20-\x7e]{1,200}$/)
    const said = JSON.stringify({ id: 1, error: { message: `\u001b[2Jno${' more'.repeat(1000)}` } })
    expect((await check(`echo '${said}'; cat`)).reason).to.match(/^[\x20-\x7e]{1,200}$/)
  })

  it('is not believed when its error is nothing', async () => {
    const { ok, reason } = await check(`echo '{"id":1,"error":null}'; cat > /dev/null & wait`)
    expect({ ok, reason }).to.deep.equal({ ok: false, reason: 'it answered with an error' })
  })

  for (const [how, script] of [
    ['does not end with its input', 'exec sh "$1"'],
    ['was started by another program', 'exec 3<&0; sh "$1" <&3 & wait'],
    ['left the one that started it', 'exec 3<&0; setsid sh "$1" <&3 & wait'],
  ]) {
    it(`leaves no process when it ${how}`, async () => {
      const found = await check(`set -- ${join(dir, 'server')}; ${script}`)
      expect(found).to.deep.equal({ ok: true, tools: 0, reason: null })
      expect(processesNaming(dir)).to.deep.equal([])
    })
  }
})
