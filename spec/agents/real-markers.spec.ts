/**
 * The real CLIs print the marker in everything that a model's Markdown may put around it, and the task is proved by it:
 * from the daemon's prompt to COMPLETED. Needs the laboratory (`npm run test:agents`). LAB_INSTALLS=claude-new,codex-old
 * names other installations in it.
 */
import { expect } from 'chai'
import { existsSync } from 'node:fs'
import { labHome, labProgram, type LabType } from '../../scripts/lab/home.js'
import { MARKER_FORMS, MARKER_STYLES, STYLE_NAMES } from '../../scripts/lab/marker-styles.js'
import { startStub } from '../../scripts/lab/model-stub.js'
import { Orchestra } from '../support/orchestra.js'

const INSTALLS = process.env['LAB_INSTALLS']?.split(',') ?? ['claude', 'codex', 'gemini', 'opencode']

/** What the model answers: only what the prompt says, joined; `old`: as prompts asked for it before. */
function answerTo(prompt: string): string {
  const id = [...prompt.matchAll(/Task ([a-z]+): /g)].at(-1)?.[1] ?? ''
  const nonce = [...prompt.matchAll(/the code ([a-z2-7]{8})\b/g)].at(-1)?.[1] ?? ''
  const style = STYLE_NAMES.find((name) => name === id) ?? 'plain'
  const form = id === 'old' ? 'brackets' : 'equals'
  return `I have looked at it.\n\n${MARKER_STYLES[style](MARKER_FORMS[form](nonce, 'DONE'))}\n`
}

for (const install of INSTALLS) {
  const type = install.replace(/-.*/, '') as LabType
  const installed = existsSync(labProgram(type, install))
  if (!installed) process.stderr.write(`lab: ${install} is not tested: it is not installed\n`)
  const suite = installed ? describe : describe.skip

  suite(`the marker of ${install}`, function () {
    this.timeout(300_000)
    const tasks = [...STYLE_NAMES, 'old']

    it('proves its task, however the model writes it', async () => {
      const choose = (_: string, prompt: string) => ({
        text: (answerTo(prompt).match(/[\s\S]{1,12}/gu) ?? []).map((text) => ({ text, delayMs: 10 })),
      })
      const stub = await startStub({ choose })
      const lab = await labHome(type, { urlFor: stub.urlFor, install })
      const own = new Set(['HOME', 'PATH', 'LANG', 'TMPDIR', 'SHELL'])
      const env = Object.fromEntries(Object.entries(lab.env).filter(([name]) => !own.has(name)))
      const orchestra = new Orchestra({ home: lab.home })
      try {
        const rows = tasks.map(
          (id, i) => `  ${id}: { title: say it, agent: A, needs: [${tasks[i - 1] ?? ''}] }`,
        )
        const layout = orchestra.write(
          'markers.yaml',
          `version: 1
session: markers
machines: { here: { kind: local } }
agents:
  A: { type: ${type}, command: ${JSON.stringify(lab.argv)}, cwd: ${lab.cwd}, env: ${JSON.stringify(env)} }
windows: [{ name: A, agent: A }]
tasks:
${rows.join('\n')}
`,
        )
        await orchestra.ok('up', layout, '-d', '--run')
        await orchestra.untilStatus(async ({ tasks: found, summary }) => {
          const seen = found.map(({ id, status, proof }) => `${id} ${status} ${proof ?? ''}`)
          const told = JSON.stringify(summary.attention)
          expect(seen, told).to.deep.equal(tasks.map((id) => `${id} COMPLETED marker`))
        }, 240_000)
      } catch (error) {
        const { stdout } = await orchestra.run(['explain', 'A'])
        throw new Error(`${String(error)}\n${stdout}`, { cause: error })
      } finally {
        await orchestra.run(['down'])
        await orchestra.close()
        await stub.close()
        await lab.remove()
      }
    })
  })
}
