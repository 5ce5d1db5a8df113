import { expect } from 'chai'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { StatusDocument } from '../../lib/core/protocol/status.js'
import { shellQuote } from '../../lib/core/shell-quote.js'
import { eventually } from '../support/eventually.js'
import { Orchestra } from '../support/orchestra.js'
import { withTmuxServer, type TmuxSandbox } from '../support/tmux.js'

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const LAYOUT = `${ROOT}/layouts/local.yaml`

/** Runs a command on a terminal of that size, with the environment of `orchestra` and nothing else. */
function onTerminal(
  tmux: TmuxSandbox,
  orchestra: Orchestra,
  size: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): () => string {
  const [cols = '80', rows = '24'] = size.split('x')
  const words = Object.entries({ ...orchestra.env, ...env }).map(([name, value]) => `${name}=${value}`)
  const command = ['env', '-i', ...words, ...argv].map(shellQuote).join(' ')
  tmux.run('-f', '/dev/null', 'new-session', '-d', '-s', 'terminal', '-x', cols, '-y', rows, command)
  tmux.run('set', '-t', 'terminal', 'status', 'off')
  return () => tmux.run('capture-pane', '-p', '-t', 'terminal:')
}

/** Until every task is done. */
async function untilAllDone(orchestra: Orchestra, screen: () => string): Promise<StatusDocument> {
  return eventually(async () => {
    const { code, stdout } = await orchestra.run(['status', '--json'])
    expect(code, screen()).to.equal(0)
    const status = JSON.parse(stdout) as StatusDocument
    const { summary } = status
    expect(`${summary.completed}/${summary.tasks}`, `${JSON.stringify(summary)}\n${screen()}`).to.equal(
      '15/15',
    )
    return status
  }, 90_000)
}

/** The README's first command, as a person types it, in an empty HOME. */
describe('the quickstart', function () {
  this.timeout(180_000)
  let orchestra: Orchestra

  beforeEach(() => {
    orchestra = new Orchestra()
  })

  afterEach(async () => {
    await orchestra.run(['down'])
    await orchestra.close()
  })

  for (const size of ['80x24', '100x30', '200x50'])
    it(`does all of its tasks on a terminal of ${size}, each at the first attempt`, () =>
      withTmuxServer(async (tmux) => {
        const screen = onTerminal(tmux, orchestra, size, [`${ROOT}/scripts/quickstart.sh`], {
          DEMO_SPEED: '30',
        })
        const { tasks, agents } = await untilAllDone(orchestra, screen)
        expect(tasks.map(({ attempts, proof }) => `${attempts} ${proof}`)).to.deep.equal(
          Array.from({ length: 15 }, () => '1 report'),
        )
        expect(agents).to.have.length(15)
        await eventually(() => expect(screen()).to.match(/15\/15/))
      }))

  it('that was started without a terminal does them when one of 80x24 looks on', () =>
    withTmuxServer(async (tmux) => {
      await orchestra.run(['up', LAYOUT, '-d'], { env: { DEMO_SPEED: '30' } })
      const screen = onTerminal(tmux, orchestra, '80x24', [process.execPath, orchestra.program, 'attach'])
      await eventually(() => expect(screen()).to.include('orchestra-local'))
      await orchestra.run(['run'])
      await untilAllDone(orchestra, screen)
    }))
})
