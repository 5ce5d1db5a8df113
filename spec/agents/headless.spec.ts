/**
 * `mode: headless` with the real CLIs and the built program: one task done, one that fails, one that is ended in the
 * middle. Needs the laboratory (`npm run test:agents`).
 */
import { expect } from 'chai'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { labDir, labHome, labProgram, type LabHome } from '../../scripts/lab/home.js'
import { startStub, type Stub } from '../../scripts/lab/model-stub.js'
import { eventually } from '../support/eventually.js'
import { Orchestra } from '../support/orchestra.js'
import { processesNaming } from '../support/processes.js'

const only = process.env['LAB_TYPES']?.split(',')

for (const type of ['claude', 'codex'] as const) {
  const installed = (only === undefined || only.includes(type)) && existsSync(labProgram(type))
  const suite = installed ? describe : describe.skip

  suite(`the real ${type}, headless`, function () {
    this.timeout(180_000)
    let stub: Stub
    let lab: LabHome
    let orchestra: Orchestra

    const clis = () => processesNaming(lab.root).filter(({ args }) => args.includes(labDir()))
    const submit = async (id: string, scene: string) => {
      await orchestra.ok(
        'submit',
        id,
        '--id',
        id,
        '--agent',
        'A-1',
        '--prompt',
        `scene:${scene} the words of ${id}`,
      )
      await orchestra.ok('run')
    }
    const ends = (id: string, status: string) =>
      orchestra.untilStatus(({ tasks }) => {
        const row = tasks.find((task) => task.id === id)
        if (row?.status !== status) throw new Error(`${id} is ${row?.status}: ${row?.reason}`)
        return row
      }, 90_000)
    const heard = (text: string) => stub.requests.some(({ body }) => JSON.stringify(body).includes(text))
    const pane = async () => (await orchestra.json<{ lines: string[] }>('explain', 'A-1')).lines.join('\n')

    before(async () => {
      stub = await startStub()
      lab = await labHome(type, { urlFor: stub.urlFor, retries: 0 })
      orchestra = new Orchestra()
      const env = { ...lab.env, PATH: orchestra.env['PATH'] ?? '' }
      const layout = orchestra.write(
        'real.yaml',
        `version: 1
session: real
agents:
  A-1:
    type: ${type}
    mode: headless
    command: ${JSON.stringify(lab.argv)}
    env: ${JSON.stringify(env)}
    cwd: ${lab.cwd}
`,
      )
      await orchestra.ok('up', layout, '-d', '--run', '--wait')
    })

    after(async () => {
      await orchestra.close()
      await stub.close()
      await lab.remove()
    })

    it('does a task in one process, whose last message is the result', async () => {
      await submit('good', 'quick')
      expect(await ends('good', 'COMPLETED')).to.include({ attempts: 1, proof: 'exit' })
      const { earlier } = await orchestra.json<{ earlier: { text: string }[] }>('context', 'good')
      expect(earlier.map(({ text }) => text)).to.deep.equal(['Done. The test passes now.'])
      expect(heard('the words of good')).to.equal(true)
      expect(await pane())
        .to.include('Done. The test passes now.')
        .and.include('exit status 0')
      await eventually(() => clis().length === 0)
    })

    it('fails with what its stream says', async () => {
      await submit('bad', 'auth')
      const { reason } = await ends('bad', 'FAILED')
      expect(reason).to.match(/api key/i)
      expect(await pane()).to.match(/! .*api key/i)
    })

    it('is limited where its stream says so', async () => {
      await submit('limit', 'usage')
      await orchestra.untilStatus(({ agents }) => {
        expect(agents[0]).to.include({ state: 'limited', task: null })
        expect(agents[0]?.text).to.match(/limit/i)
      }, 90_000)
      await orchestra.ok('cancel', 'limit')
      await orchestra.ok('restart', 'A-1')
      await orchestra.untilStatus(({ agents }) => agents[0]?.state === 'idle', 30_000)
    })

    it('works while its process does, and is ended with it by `cancel`', async () => {
      await submit('killed', 'hang')
      await eventually(() => heard('the words of killed'), 60_000)
      const working = await orchestra.untilStatus(({ agents }) =>
        agents.find(({ state }) => state === 'working'),
      )
      expect(working).to.include({ task: 'killed', evidence: 'process' })
      expect(clis()).to.not.deep.equal([])
      // Nothing of the prompt can be read in the list of processes.
      expect(processesNaming(orchestra.dir).filter(({ args }) => args.includes('words of'))).to.deep.equal([])
      await orchestra.ok('cancel', 'killed')
      await ends('killed', 'CANCELLED')
      await eventually(() => clis().length === 0, 20_000)
    })

    it('lives on when the daemon is killed in the middle, and its result is taken once', async () => {
      await submit('kept', 'think')
      await eventually(() => heard('the words of kept'), 60_000)
      process.kill(orchestra.daemonPid('real') ?? 0, 'SIGKILL')
      await orchestra.ok('up', join(orchestra.work, 'real.yaml'), '-d')
      expect(await ends('kept', 'COMPLETED')).to.include({ attempts: 1 })
      const { earlier } = await orchestra.json<{ earlier: { text: string }[] }>('context', 'kept')
      expect(earlier[0]?.text).to.equal('It was the cache key.')
      await orchestra.ok('down')
      await eventually(() => expect(orchestra.leftovers()).to.deep.equal([]))
    })
  })
}
