/**
 * What a real CLI can do with `orchestra` from inside: it is the agent by its token, reads `status` and `report`, and answers no
 * prompt and no gate. In a pane and as a process a task. Needs the laboratory (`npm run test:agents`).
 */
import { expect } from 'chai'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { labHome, labProgram, type LabHome } from '../../scripts/lab/home.js'
import { startStub, type Stub } from '../../scripts/lab/model-stub.js'
import { turnFor } from '../../scripts/lab/stub/scenes.js'
import { eventually } from '../support/eventually.js'
import { Orchestra } from '../support/orchestra.js'

const ARGS: Readonly<Record<'claude' | 'codex', readonly string[]>> = {
  claude: ['--allowedTools', 'Bash(sh:*)'],
  codex: ['-c', 'sandbox_mode="danger-full-access"', '-c', 'approval_policy="never"'],
}

/** What an injected command would try; each line `NAME: exit status, words`. */
const probe = (out: string) => `exec 2>&1
PATH="${dirname(out)}/bin:$PATH"
try() { name=$1; shift; said=$("$@" 2>&1); echo "$name: $?, $(echo "$said" | tr '\\n' ' ')" >> ${out}.new; }
try status orchestra status
try report orchestra report
try who orchestra can-i approve ok
try approve orchestra approve ok -y
try deny orchestra deny ok
try named orchestra approve ok --prompt-id 0123456789abcdef
try bare env -i HOME="$HOME" PATH="$PATH" ORCHESTRA_HOME="$ORCHESTRA_HOME" orchestra --session real approve ok -y
try token orchestra token add mine --role admin
try pause orchestra pause
echo "$ORCHESTRA_TOKEN" > ${out}.token
"$ORCHESTRA_REPORT" status 0.5 half > /dev/null 2>&1 || orchestra-report status 0.5 half > /dev/null 2>&1
mv ${out}.new ${out}
`

for (const type of ['claude', 'codex'] as const) {
  const suite = existsSync(labProgram(type)) ? describe : describe.skip

  suite(`the token of the real ${type}`, function () {
    this.timeout(300_000)
    let stub: Stub
    let lab: LabHome
    let o: Orchestra
    const modes = ['interactive', 'headless'] as const

    before(async () => {
      stub = await startStub({
        choose: (_agent, prompt, results) => {
          const script = /probe-[a-z]+\.sh/.exec(prompt)?.[0]
          if (script === undefined) return turnFor(prompt, results)
          return results === 0
            ? { tool: { name: 'shell', command: `sh ${script}` } }
            : turnFor('scene:quick', 0)
        },
      })
      lab = await labHome(type, { urlFor: stub.urlFor, args: ARGS[type] })
      o = new Orchestra()
      const env = lab.env
      // Codex runs commands by a login shell, which has a PATH of its own.
      mkdirSync(join(o.work, 'bin'))
      const program = join(process.cwd(), 'dist/orchestra.cjs')
      writeFileSync(join(o.work, 'bin/orchestra'), `#!/bin/sh\nexec ${process.execPath} ${program} "$@"\n`, { mode: 0o755 }) // prettier-ignore
      for (const mode of modes) writeFileSync(join(lab.cwd, `probe-${mode}.sh`), probe(join(o.work, mode)))
      const agent = (mode: string) =>
        `{ type: ${type}, mode: ${mode}, command: ${JSON.stringify(lab.argv)}, env: ${JSON.stringify(env)}, cwd: ${lab.cwd} }`
      const layout = o.write(
        'real.yaml',
        `version: 1
session: real
machines: { here: { kind: local } }
agents:
  I-1: ${agent('interactive')}
  H-1: ${agent('headless')}
tasks:
  first: { title: first, type: command, command: 'true' }
  interactive: { title: look, agent: I-1, needs: [first], prompt: 'scene:quick run sh probe-interactive.sh' }
  headless: { title: look, agent: H-1, needs: [first], prompt: 'scene:quick run sh probe-headless.sh' }
gates:
  ok: { title: Ship it, after: [first], approve: human }
`,
      )
      await o.ok('up', layout, '-d', '--run')
    })

    after(async () => {
      await o.close()
      await stub.close()
      await lab.remove()
    })

    for (const mode of modes)
      it(`is the agent's in ${mode}, and answers nothing`, async () => {
        const file = join(o.work, mode)
        await eventually(() => expect(existsSync(file)).to.equal(true), 150_000)
        const said = readFileSync(file, 'utf8')
        console.log(said.replace(/^/gm, '        ').replace(/(.{150}).*/g, '$1'))
        const lines = new Map(said.trim().split('\n').map((line) => line.split(/: (.*)/s) as [string, string])) // prettier-ignore
        const principal = mode === 'interactive' ? 'agent:I-1' : 'attempt:headless.1'
        expect(lines.get('status')).to.match(/^0, /)
        expect(lines.get('report')).to.match(/^0, .*#/)
        expect(lines.get('who')).to.match(new RegExp(`^1, no: ${principal} has the role agent`))
        for (const name of ['approve', 'deny', 'named', 'bare'])
          expect(lines.get(name), name).to.match(/^1, .*only a person answers/)
        for (const name of ['token', 'pause']) expect(lines.get(name), name).to.match(/^1, .*may not do this/)
        const kind = mode === 'interactive' ? /^orca~agent~I-1~1~/ : /^orca~attempt~headless\.1~/
        expect(readFileSync(`${file}.token`, 'utf8')).to.match(kind)
        expect((await o.status()).gates[0]?.status).to.equal('waiting')
      })
  })
}
