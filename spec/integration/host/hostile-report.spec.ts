import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { HOOK_RECORD, hookFiles } from '../../../lib/agents/hook-script.js'
import { PLANTED_KINDS, Victims } from '../../support/planted.js'
import { SHELLS } from './agent-dir.js'

const REPORT = fileURLToPath(new URL('../../../lib/agents/host/orchestra-report.sh', import.meta.url))
const TASK = { version: 1, task: 'T', attempt: 'T.1', nonce: 'abcdefgh', title: 't' }

/** A person may have allowed these two programs more than the sandbox that writes into the directory. */
for (const shell of SHELLS) {
  describe(`what an agent plants for orchestra-report and the hooks, under ${shell.join(' ')}`, () => {
    let root: string
    let dir: string
    let victims: Victims

    beforeEach(() => {
      root = mkdtempSync(join(tmpdir(), 'orch-hostile-'))
      dir = join(root, 'A-1.agent')
      mkdirSync(dir)
      writeFileSync(join(dir, 'task.json'), JSON.stringify(TASK, null, 1))
      victims = new Victims(join(root, 'victims'))
    })
    afterEach(() => rmSync(root, { recursive: true, force: true, maxRetries: 10 }))

    const run = (words: readonly string[], input = '') =>
      spawnSync(shell[0] as string, [...shell.slice(1), ...words], {
        encoding: 'utf8',
        input,
        timeout: 5000,
        env: { PATH: process.env['PATH'], ORCHESTRA_DIR: dir, ORCHESTRA_AGENT: 'A-1' },
      })
    const read = (name: string) => readFileSync(join(dir, name), 'utf8')

    for (const kind of PLANTED_KINDS)
      it(`a ${kind}`, async function () {
        for (const name of ['status.json', 'results/T.1.json', 'checkpoints/T', HOOK_RECORD])
          if (!(await victims.plant(kind, join(dir, name)))) this.skip()
        writeFileSync(join(root, 'work'), 'half of it')
        const saved = run([REPORT, 'checkpoint', join(root, 'work')])
        expect(saved).to.include({ status: 0, stderr: '' })
        expect(run([REPORT, 'done', 'all of it'])).to.include({ status: 0, stderr: '' })
        writeFileSync(join(root, 'hook.sh'), hookFiles(root)[0]?.merge(null) ?? '')
        expect(run([join(root, 'hook.sh'), 'Stop'], '{"a":1}')).to.include({
          status: 0,
          stdout: '',
          stderr: '',
        })
        expect(read('checkpoints/T')).to.equal('half of it')
        expect(JSON.parse(read('results/T.1.json'))).to.include({ outcome: 'done', text: 'all of it' })
        expect(JSON.parse(read('status.json'))).to.include({
          status: 'COMPLETED',
          checkpoint: 'checkpoints/T',
        })
        expect(JSON.parse(read(HOOK_RECORD))).to.deep.equal({ event: 'Stop', payload: { a: 1 } })
        expect(victims.changes()).to.deep.equal([])
        expect(readdirSync(dir).filter((name) => name.startsWith('.'))).to.deep.equal([])
      })

    it('a link in place of a folder', () => {
      for (const name of ['results', 'checkpoints']) symlinkSync(join(victims.dir, 'folder'), join(dir, name))
      writeFileSync(join(root, 'work'), 'half of it')
      run([REPORT, 'checkpoint', join(root, 'work')])
      run([REPORT, 'done'])
      expect(victims.changes()).to.deep.equal([])
      expect(JSON.parse(read('results/T.1.json'))).to.include({ outcome: 'done' })
      expect(read('checkpoints/T')).to.equal('half of it')
    })
  })
}
