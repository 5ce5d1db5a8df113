import { expect } from 'chai'
import type { McpServerSpec } from '../../../lib/core/layout/model.js'
import { checkMcpServer } from '../../../lib/daemon/hosts/mcp-check.js'
import { LocalLink } from '../../../lib/exec/local-link.js'

describe('an MCP server that is looked at', () => {
  const link = new LocalLink()
  before(() => link.start())
  after(() => link.stop())

  const check = (script: string) =>
    checkMcpServer(link, { id: 'm', command: ['sh', '-c', script], env: {} } as unknown as McpServerSpec)

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
})
