/** A person with several agents and runs at hand: ask one, send to many, look one up, begin again from a task on. */
import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { AskDocument, Receipt, RunRow } from '../../lib/core/protocol/api.js'
import type { FakeTuiOrders } from '../support/fake-tui.js'
import { Orchestra } from '../support/orchestra.js'

const ROOT = resolve(import.meta.dirname, '../..')

describe('agents within reach', function () {
  let orchestra: Orchestra

  const json = async <T>(...args: readonly string[]): Promise<T> =>
    JSON.parse((await orchestra.run([...args, '--json'])).stdout) as T

  before(async () => {
    orchestra = new Orchestra()
    const program = orchestra.write('fake.sh', 'exec node --import tsx spec/support/fake-tui.ts "$@"\n')
    const fakes: Record<string, FakeTuiOrders> = {
      HOOK: { hooks: true, workMs: 300, said: '**Two** fail:\n\n- a\n- b' },
      KEPT: {
        hooks: true,
        workMs: 300,
        said: 'It is *kept*.',
        transcript: join(orchestra.home, '.claude/projects/x/s.jsonl'),
      },
    }
    const agents = Object.entries(fakes).map(
      ([id, orders]) =>
        `  ${id}: { type: fake, role: review, env: { FAKE_TUI: '${JSON.stringify(orders)}', FAKE_TUI_LOG: ${orchestra.work}/${id}.jsonl } }`,
    )
    const layout = orchestra.write(
      'reach.yaml',
      `version: 1
session: reach
machines: { here: { kind: local } }
agent_types:
  fake: { extends: claude, command: [sh, ${program}], cwd: ${ROOT} }
  quick: { extends: demo, env: { DEMO_SPEED: "10" } }
agents:
  D: { type: quick, count: 2, role: work }
  ASKS: { type: quick, env: { DEMO_ASK: "1", DEMO_SECONDS: "20", DEMO_SPEED: "10" } }
  LOST: { type: command, command: ["true"], restart: never }
${agents.join('\n')}
tasks:
  one: { type: command, command: 'echo x >> one' }
  two: { type: command, command: 'echo x >> two', needs: [one] }
  three: { title: three, agent: D-2, needs: [two], estimate: 5s }
`,
    )
    await orchestra.ok('up', layout, '-d')
    await orchestra.untilStatus((status) =>
      expect(status.agents.map(({ id, state }) => `${id} ${state}`)).to.deep.equal([
        'D-1 idle',
        'D-2 idle',
        'ASKS idle',
        'LOST exited',
        'HOOK idle',
        'KEPT idle',
      ]),
    )
  })

  after(() => orchestra.close())

  it('answer what they are asked: as the screen shows it, as a hook tells it, as a transcript keeps it', async () => {
    const [shown, told, kept] = await Promise.all([
      json<AskDocument>('ask', 'D-1', 'which day'),
      orchestra.run(['ask', 'HOOK', '-'], { stdin: 'which tests fail?\n' }),
      json<AskDocument>('ask', 'KEPT', 'where is it?'),
    ])
    expect(shown).to.include({ agent: 'D-1', receipt: 'delivered', state: 'answered', source: 'screen' })
    expect(shown.text).to.equal('● Done: prompt')
    expect([told.code, told.stdout]).to.deep.equal([0, '**Two** fail:\n\n- a\n- b\n'])
    expect(kept).to.include({ state: 'answered', source: 'transcript', text: 'It is *kept*.' })
    expect((await orchestra.run(['ask', 'HOOK', '--operation-id', kept.operation_id])).code).to.equal(1)
    // The same question again: nothing is sent, and the answer is the same.
    expect(await json<AskDocument>('ask', 'KEPT', '--operation-id', kept.operation_id)).to.deep.equal(kept)
  })

  it('show what they ask instead, and go on after an answer', async () => {
    const asked = await orchestra.run(['ask', 'ASKS', 'make it'])
    expect([asked.code, asked.stdout]).to.satisfy(
      ([code, text]: [number, string]) => code === 1 && text.startsWith('Do you want to run this command?'),
    )
    const commands = [...asked.stderr.matchAll(/`(?:\S*)orchestra ([^`]+)`/g)].map((one) => one[1] ?? '')
    const [approve = '', , again = ''] = commands
    await orchestra.ok(...approve.split(' '))
    await orchestra.untilStatus(({ agents }) =>
      expect(agents.find(({ id }) => id === 'ASKS')?.state).to.not.equal('waiting'),
    )
    const later = await orchestra.run(
      again
        .replaceAll("'", '')
        .split(' ')
        .filter((word) => word !== 'make' && word !== 'it'),
    )
    expect([later.code, later.stdout.endsWith('✔ allowed\n● Done: prompt\n')]).to.deep.equal([0, true])
  })

  it('are not asked in vain: refused, unknown, not in time', async () => {
    const gone = await orchestra.run(['ask', 'LOST', 'hello'])
    expect([gone.code, gone.stderr]).to.satisfy(
      ([code, said]: [number, string]) => code === 1 && /LOST was not asked/.test(said),
    )
    expect((await orchestra.run(['ask', 'NOBODY', 'hello'])).code).to.equal(2)
    expect((await orchestra.run(['ask', 'D-1', '--operation-id', 'never'])).code).to.equal(1)
    const late = await orchestra.run(['ask', 'D-2', 'hello', '--timeout', '0s'])
    expect([late.code, late.stdout]).to.deep.equal([1, ''])
    expect(late.stderr).to.match(/has not answered in time; to wait on: `.*--operation-id \S+`/)
  })

  it('are sent to together: by a pattern, a role, all of them, with a receipt for each', async () => {
    expect((await orchestra.ok('send', 'D-1', 'one')).trim()).to.match(/^queued \S+$/)
    const both = await orchestra.ok('send', 'D-*', 'to two')
    expect(
      both
        .trim()
        .split('\n')
        .map((line) => line.split(' ').slice(0, 2).join(' ')),
    ).to.deep.equal(['D-1: queued', 'D-2: queued'])
    const roles = await json<Receipt[]>('send', '--role', 'work', 'again', '--operation-id', 'twice')
    expect(await json<Receipt[]>('send', '--role', 'work', 'again', '--operation-id', 'twice')).to.deep.equal(
      roles,
    )
    expect(roles.map(({ operation_id }) => operation_id)).to.deep.equal(['twice.D-1', 'twice.D-2'])
    const all = await orchestra.run(['send', '--all', 'to all'])
    expect(all.code).to.equal(1)
    expect(all.stdout).to.match(/^LOST: refused: LOST is not running/m)
    expect(all.stdout.match(/^\S+: queued \S+$/gm)).to.have.length(5)
    const nobody = await orchestra.run(['send', '--role', 'cook', 'hello'])
    expect([nobody.code, nobody.stderr.includes('Roles: work, review.')]).to.deep.equal([2, true])
    expect((await orchestra.run(['send', 'X-*', 'hello'])).code).to.equal(2)
    expect((await orchestra.run(['send', '--all', 'D-1', 'hello'])).code).to.equal(2)
  })

  it('are described with all that is known, and so are tasks, machines and roles; sessions are listed', async () => {
    type Described = Record<string, unknown> & { readonly layout: { readonly env?: readonly string[] } }
    const agent = await json<Described>('describe', 'D-1')
    expect(agent).to.include({ kind: 'agent', id: 'D-1', role: 'work', machine: 'here' })
    // The names alone.
    expect(agent.layout.env).to.deep.equal(['DEMO_SPEED'])
    expect(await json('describe', 'here')).to.include({ kind: 'machine', state: 'online' })
    expect(await json('describe', 'two')).to.deep.include({
      kind: 'task',
      needs: ['one'],
      needed_by: ['three'],
    })
    expect(await json('describe', 'role:work')).to.include({ kind: 'role', id: 'work' })
    expect(await orchestra.ok('describe', 'D-1')).to.match(/^kind: agent\nid: D-1\n/)
    expect((await orchestra.run(['describe', 'task:D-1'])).code).to.equal(2)
    const [row] = await json<Record<string, unknown>[]>('sessions')
    expect(row).to.include({ session: 'reach', state: 'running', agents: 6, tasks: 3 })
    expect(await orchestra.ok('sessions')).to.include('reach')
  })

  it('begin again from a task on, in a run of its own; earlier runs are reported as they ended', async () => {
    const lines = (name: string) => readFileSync(join(orchestra.work, name), 'utf8').trim().split('\n').length
    expect((await orchestra.run(['run', '--wait'])).code).to.equal(0)
    await orchestra.ok('run', '--from', 'two', '--wait')
    expect([lines('one'), lines('two')]).to.deep.equal([1, 2])
    const rows = await json<RunRow[]>('runs')
    expect(
      rows.map(({ number, state, from, completed, tasks }) => [number, state, from, completed, tasks]),
    ).to.deep.equal([
      [1, 'finished', null, 3, 3],
      [2, 'finished', 'two', 3, 3],
    ])
    expect(await orchestra.ok('runs')).to.match(/RUN +STATE +COMPLETED[^]*\n *2 +finished +3\/3/)
    expect(await orchestra.ok('report', '--run', '1')).to.not.equal(await orchestra.ok('report'))
    expect((await orchestra.run(['report', '--run', '9'])).code).to.equal(2)

    const refused = await orchestra.run(['retry', 'two'])
    expect([refused.code, refused.stderr]).to.satisfy(
      ([code, said]: [number, string]) => code === 1 && said.includes('retry two --with-dependents'),
    )
    await orchestra.ok('cordon', 'here')
    await orchestra.ok('retry', 'two', '--with-dependents')
    await orchestra.untilStatus(({ tasks, machines, agents }) => {
      expect(tasks.map(({ id, status }) => `${id} ${status}`)).to.deep.equal([
        'one COMPLETED',
        'two READY',
        'three PENDING',
      ])
      expect(machines[0]).to.include({ cordoned: true, reason: 'cordoned: no new work' })
      expect(agents[0]).to.include({ cordoned: true, reason: 'here is cordoned: no new work' })
    })
    expect(await orchestra.ok('machines')).to.include('cordoned')
    expect((await orchestra.run(['plan', join(orchestra.work, 'reach.yaml')])).stderr).to.include(
      'uncordon machine:here',
    )
    // The journal has it: another daemon knows it too.
    process.kill(orchestra.daemonPid('reach') ?? 0, 'SIGKILL')
    expect(await orchestra.ok('uncordon', 'here')).to.include('takes work again')
    await orchestra.ok('wait', 'three', '--for', 'COMPLETED', '--timeout', '50s')
    expect([lines('one'), lines('two')]).to.deep.equal([1, 3])
    expect(await orchestra.ok('uncordon', 'here')).to.include('was not cordoned')
    expect((await orchestra.run(['cordon', 'nobody'])).code).to.equal(2)
  })
})
