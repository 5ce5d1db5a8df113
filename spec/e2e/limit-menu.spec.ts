/** A menu at a usage limit is a limit: `on_limit` answers it, so that nobody has to be awake for an answer that is known. */
import { expect } from 'chai'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { Orchestra } from '../support/orchestra.js'

/** Draws the menu of Gemini CLI, takes its keys, and then shows its composer. */
const MENU = `#!/usr/bin/env node
const { writeFileSync } = require('node:fs')
if (process.argv.includes('--version')) { console.log('0.61.0'); process.exit(0) }
const options = ['Keep trying', 'Stop']
let at = 0
const row = (text) => '│ ' + text.padEnd(60) + ' │\\n'
const line = '─'.repeat(62)
const draw = () => process.stdout.write('\\x1b[2J\\x1b[H\\x1b]0;✋  Action Required (shop)\\x07 > go on\\n\\n╭' + line + '╮\\n' +
  row('') + row('Usage limit reached for gemini-3.8-flash.') + row('') +
  options.map((text, i) => row((i === at ? '● ' : '  ') + (i + 1) + '. ' + text)).join('') + '╰' + line + '╯\\n')
const done = () => process.stdout.write('\\x1b[2J\\x1b[H\\x1b]0;◇  Ready (shop)\\x07\\n' + line + '\\n Shift+Tab\\n' + '▄'.repeat(62) +
  '\\n >   Type your message or @path/to/file\\n' + '▀'.repeat(62) + '\\n shop   no sandbox   /model\\n')
process.stdin.setRawMode(true)
process.stdin.on('data', (data) => {
  for (const key of String(data).match(/\\x1b(?:\\[|O)[A-D]|[^]/g) ?? []) {
    if (/[B]$/.test(key) && key.length > 1) at = Math.min(at + 1, 1)
    else if (/[A]$/.test(key) && key.length > 1) at = 0
    else if (key === '\\r') { writeFileSync(process.env.CHOSEN, options[at]); done(); return }
  }
  draw()
})
draw()
`

describe('the menu at a usage limit', function () {
  let here: Orchestra

  before(() => {
    here = new Orchestra()
    const gemini = here.write('bin/gemini', MENU)
    chmodSync(gemini, 0o755)
    const agent = (name: string, onLimit: string) =>
      `  ${name}: { type: gemini, command: [${gemini}], role: a, on_limit: ${onLimit}, env: { CHOSEN: ${here.work}/${name} } }`
    here.write(
      'orchestra.yaml',
      `version: 1
session: menu
machines: { here: { kind: local } }
agents:
${agent('WAITS', 'wait')}
${agent('HOLDS', 'hold')}
windows: [{ name: All, agents: [WAITS, HOLDS] }]
`,
    )
  })
  after(() => here?.close())

  const chosen = (name: string) =>
    existsSync(`${here.work}/${name}`) ? readFileSync(`${here.work}/${name}`, 'utf8') : null

  it('is answered by `on_limit: wait`, once, in its own name', async () => {
    await here.ok('up', '-d')
    await here.untilStatus((s) => {
      expect(chosen('WAITS')).to.equal('Stop')
      expect(s.agents.find((a) => a.id === 'WAITS')?.state).to.equal('idle')
    })
    const events = await here.ok('events', '-n', '500', '--json')
    expect(events.split('\n').filter((line) => /"prompt\.answered"/.test(line))).to.have.length(1)
    expect(events).to.match(/on_limit: wait/)
  })

  it('is left to a person by `on_limit: hold`, who can answer it', async () => {
    const row = await here.untilStatus((s) => {
      const found = s.agents.find((a) => a.id === 'HOLDS')
      expect(found?.state).to.equal('limited')
      return found
    })
    expect(row?.text).to.include('Usage limit reached')
    expect(row?.prompt_id).to.be.a('string')
    expect(chosen('HOLDS')).to.equal(null)
    await here.ok('deny', 'HOLDS')
    await here.untilStatus(() => expect(chosen('HOLDS')).to.equal('Stop'))
  })
})
