/** What the shell that ran `up` exports: who on this machine gets it, and who does not. */
import { expect } from 'chai'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../support/eventually.js'
import { withOrchestra } from '../support/orchestra.js'

const SHELL = {
  GITHUB_TOKEN: ['gh', 'canary', '51'].join('-'),
  ANTHROPIC_API_KEY: ['ant', 'canary', '52'].join('-'),
  OPENAI_API_KEY: ['oai', 'canary', '53'].join('-'),
  PLAIN_WORD: 'stays',
}

describe('secrets that the shell of up exports', function () {
  this.timeout(60_000)

  it('reach those that the layout gives them to, an agent CLI its own, and no tmux', () =>
    withOrchestra(async (orchestra) => {
      const file = (name: string) => join(orchestra.dir, `env-${name}`)
      const saves = (name: string) => `env > ${file(name)}.new; mv ${file(name)}.new ${file(name)}`
      const layout = orchestra.write(
        'env.yaml',
        `version: 1
session: env
machines: { here: { kind: local } }
agents:
  PLAIN: { type: command, command: [sh, -c, '${saves('plain')}; exec cat'] }
  GIVEN: { type: command, command: [sh, -c, '${saves('given')}; exec cat'], env: { GITHUB_TOKEN: "\${GITHUB_TOKEN}" } }
  CLAUDE: { type: claude, command: [sh, -c, '${saves('claude')}; exec cat'] }
  HEADLESS: { type: claude, mode: headless, command: [sh, -c, '${saves('headless')}'] }
tasks:
  headless: { title: One process, agent: HEADLESS }
  job: { type: command, command: '${saves('job')}' }
`,
      )
      const { code, stderr } = await orchestra.run(['up', layout, '-d', '--run'], { env: SHELL })
      expect(code, stderr).to.equal(0)
      const got = async (name: string) => {
        await eventually(() => existsSync(file(name)), 30_000)
        const lines = readFileSync(file(name), 'utf8').split('\n')
        return Object.entries(SHELL)
          .filter(([key, value]) => lines.includes(`${key}=${value}`))
          .map(([key]) => key)
      }
      expect(await got('plain')).to.deep.equal(['PLAIN_WORD'])
      expect(await got('given')).to.deep.equal(['GITHUB_TOKEN', 'PLAIN_WORD'])
      expect(await got('claude')).to.deep.equal(['ANTHROPIC_API_KEY', 'PLAIN_WORD'])
      expect(await got('headless')).to.deep.equal(['ANTHROPIC_API_KEY', 'PLAIN_WORD'])
      expect(await got('job')).to.deep.equal(['PLAIN_WORD'])
      expect(orchestra.tmux('show-environment', '-t', '=env:'))
        .to.include('PLAIN_WORD=stays')
        .and.not.include('canary')
      // Other sessions share the server.
      expect(orchestra.tmux('show-environment', '-g')).to.not.match(/PLAIN_WORD|canary/)
      expect(orchestra.agentsTmux('show-environment', '-g')).to.not.match(/PLAIN_WORD|canary/)
      await orchestra.ok('down')
      await eventually(() => expect(orchestra.leftovers()).to.deep.equal([]))
    }))
})
