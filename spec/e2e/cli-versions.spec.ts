/** Which version of an agent CLI runs is asked of the CLI itself, shown, and pointed out when it is too old. */
import { expect } from 'chai'
import { chmodSync } from 'node:fs'
import { eventually } from '../support/eventually.js'
import { Orchestra } from '../support/orchestra.js'

/** Answers as the CLI of that version does; else it refuses its flags, or stays. */
const cli = (version: string, rest: string) => `#!/usr/bin/env node
if (process.argv.includes('--version')) console.log('${version}')
else { ${rest} }
`
const STAYS = "process.stdout.write('> '); setInterval(() => {}, 1000)"
const REFUSES =
  "console.error('Usage: gemini [options]\\n\\nUnknown arguments: session-id, sessionId'); process.exit(1)"

describe('versions of agent CLIs', function () {
  let here: Orchestra

  before(() => {
    here = new Orchestra()
    for (const [name, text] of [
      ['old/gemini', cli('0.36.0', STAYS)],
      ['new/gemini', cli('0.61.0', REFUSES)],
      ['bin/codex', cli('codex-cli 0.171.0', STAYS)],
    ] as const)
      chmodSync(here.write(name, text), 0o755)
    here.write(
      'orchestra.yaml',
      `version: 1
session: versions
machines: { here: { kind: local } }
agents:
  OLD: { type: gemini, command: [node, ${here.work}/old/gemini, -m, x], role: a }
  NEW: { type: gemini, command: [env, A=b, ${here.work}/new/gemini], role: a }
  CODEX: { type: codex, command: [nice, -n, "1", ${here.work}/bin/codex], role: a }
windows: [{ name: All, agents: [OLD, NEW, CODEX] }]
`,
    )
  })
  after(() => here?.close())

  it('`up` names those that are too old', async () => {
    // It waits three seconds for the answers; on a machine that needs longer the next one has them.
    await eventually(async () => {
      const { code, stderr } = await here.run(['up', '-d'])
      expect(code).to.equal(0)
      expect(stderr).to.match(/warning: OLD: Gemini CLI 0\.36\.0 is older than 0\.40\.0/)
      expect(stderr).not.to.match(/NEW|CODEX/)
    })
  })

  it('are shown by agents and explain, and checked by doctor', async () => {
    const rows = await here.untilStatus((s) => {
      expect(s.agents.every((a) => a.version !== null)).to.equal(true)
      return s.agents
    })
    expect(rows.map((a) => `${a.id} ${a.version}`)).to.have.members([
      'OLD 0.36.0',
      'NEW 0.61.0',
      'CODEX 0.171.0',
    ])
    expect(await here.ok('explain', 'OLD')).to.match(/version +0\.36\.0/)
    const { stdout } = await here.run(['doctor'])
    expect(stdout).to.match(/warn +agent CLI: node: .*Gemini CLI 0\.36\.0 is older/i)
    expect(stdout).to.match(/agent CLI: env: .*, Gemini CLI 0\.61\.0/)
    expect(stdout).to.match(/agent CLI: nice: .*, Codex 0\.171\.0/)
  })

  it('a start that fails says why in its reason', async () => {
    const reason = await here.untilStatus((s) => {
      const found = s.agents.find((a) => a.id === 'NEW')
      expect(found?.state).to.equal('exited')
      return found?.reason
    })
    expect(reason).to.match(/^exit status 1: .*Unknown arguments: session-id, sessionId$/)
  })
})
