/** Words from a person to an agent: each arrives once, as it was sent, and the receipt says how it went. */
import { expect } from 'chai'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { sanitizePrompt } from '../../lib/core/delivery/sanitize-prompt.js'
import type { Receipt } from '../../lib/core/protocol/api.js'
import { eventually } from '../support/eventually.js'
import type { FakeTuiOrders, FakeTuiRecord } from '../support/fake-tui.js'
import { Orchestra } from '../support/orchestra.js'
import { isAlive } from '../support/processes.js'

const ROOT = resolve(import.meta.dirname, '../..')
const AGENTS: Record<string, FakeTuiOrders> = {
  TUI: { workMs: 300, foldAbove: 2000 },
  DEAF: { deaf: true },
  DRAFT: { draft: 'what a person is writing' },
  SLOW: { workMs: 300, hangOnTextMs: 3500 },
}

describe('a message to an agent', function () {
  let orchestra: Orchestra
  let layout: string
  /** Takes its ten seconds beside the others. */
  let deaf: ReturnType<typeof send>

  const logOf = (agent: string) => `${orchestra.work}/${agent}.jsonl`
  const prompts = (agent: string) =>
    (existsSync(logOf(agent)) ? readFileSync(logOf(agent), 'utf8').split('\n').filter(Boolean) : [])
      .map((line) => JSON.parse(line) as FakeTuiRecord)
      .flatMap((record) => (record.type === 'prompt' ? [record.text] : []))
  const lines = () =>
    existsSync(`${orchestra.work}/lines`)
      ? readFileSync(`${orchestra.work}/lines`, 'utf8').split('\n').filter(Boolean)
      : []
  const send = async (args: readonly string[], stdin?: string) => {
    const { code, stdout, stderr } = await orchestra.run(
      ['send', ...args, '--json'],
      stdin === undefined ? {} : { stdin },
    )
    return { code, stderr, ...(stdout === '' ? {} : (JSON.parse(stdout) as Receipt)) }
  }

  before(async () => {
    orchestra = new Orchestra()
    const agents = Object.entries(AGENTS).map(
      ([id, orders]) =>
        `  ${id}: { type: fake, env: { FAKE_TUI: '${JSON.stringify(orders)}', FAKE_TUI_LOG: ${logOf(id)} } }`,
    )
    // Whoever asks a shell for its version learns nothing of ours.
    const program = orchestra.write('fake.sh', 'exec node --import tsx spec/support/fake-tui.ts "$@"\n')
    layout = orchestra.write(
      'send.yaml',
      `version: 1
session: send
machines: { here: { kind: local } }
agent_types:
  fake: { extends: claude, command: [sh, ${program}], cwd: ${ROOT} }
agents:
${agents.join('\n')}
  LINES: { type: command, command: [sh, -c, 'while IFS= read -r line; do printf "%s\\n" "$line" >> ${orchestra.work}/lines; done'] }
`,
    )
    await orchestra.ok('up', layout, '-d', '--wait')
    await orchestra.untilStatus((status) => {
      const fakes = status.agents.filter(({ type }) => type === 'fake')
      expect(fakes.map(({ id, state, text, reason }) => `${id} ${state} ${text} ${reason}`)).to.deep.equal(
        fakes.map(({ id }) => `${id} idle null null`),
      )
    })
    deaf = send(['DEAF', 'do you hear me', '--wait'])
  })

  after(() => orchestra.close())

  it('is delivered, and its receipt says so', async () => {
    expect(await send(['TUI', 'hello', '--wait'])).to.include({ code: 0, state: 'delivered', reason: null })
    expect(prompts('TUI')).to.deep.equal(['hello'])
  })

  it('is submitted once, however often it is sent under one operation id', async () => {
    const twice = ['TUI', 'only once', '--operation-id', 'op-1', '--wait']
    const receipts = await Promise.all([send(twice), send(twice), send(twice)])
    expect(receipts.map(({ state }) => state)).to.deep.equal(['delivered', 'delivered', 'delivered'])
    expect((await send(twice)).state).to.equal('delivered')
    expect(prompts('TUI').filter((text) => text === 'only once')).to.have.length(1)
    const other = await send(['TUI', 'something else', '--operation-id', 'op-1'])
    expect(other.code).to.equal(1)
    expect(other.stderr).to.include('was another message')
  })

  for (const [what, text] of [
    ['ends in a semicolon', 'echo done;'],
    ['would end the paste', 'before\u001b[201~after\u001b[31m red\u0007'],
    ['is Japanese with emoji', '日本語のテスト 🧑‍💻 ｶﾅ e\u0301 👍🏽 العربية'],
    ['is quoted in every way', '"$HOME" `id` $(id) #{pane_id} #(id) %s \\n ~ \'x\' {a,b}'],
    ['looks like an option', '--help -- -x'],
    ['has NUL bytes in it', 'before\0after\0'],
    ['has ten lines', Array.from({ length: 10 }, (_, i) => `line ${i} ;`).join('\n')],
  ] as const) {
    it(`arrives as it was sent when it ${what}`, async () => {
      const before = prompts('TUI').length
      expect(await send(['TUI', '-', '--wait'], text)).to.include({ code: 0, state: 'delivered' })
      expect(prompts('TUI').slice(before)).to.deep.equal([sanitizePrompt(text)])
    })
  }

  for (const [what, text] of [
    ['of a million bytes', `${'0123456789 あいう\n'.repeat(50_000)}end`],
    ['that is taller than the screen', Array.from({ length: 300 }, (_, i) => `line ${i} ;`).join('\n')],
  ] as const)
    it(`${what} is given as a file`, async () => {
      expect(await send(['TUI', '-', '--wait'], text)).to.include({ code: 0, state: 'delivered' })
      const path = /\/\S+\.md/.exec(prompts('TUI').at(-1) ?? '')?.[0] ?? ''
      expect(readFileSync(path, 'utf8')).to.equal(`${text}\n`)
    })

  it('goes raw to a program without a composer, however long it is, unless its terminal would lose some of it', async () => {
    const before = lines().length
    const text = Array.from({ length: 2000 }, (_, i) => `line ${i} of a long script`)
    expect(await send(['LINES', '-', '--wait'], text.join('\n'))).to.include({ code: 0, state: 'delivered' })
    await eventually(() => expect(lines().slice(before)).to.deep.equal(text))
    const long = await send(['LINES', `a\n${'x'.repeat(5000)}`, '--wait'])
    expect(long).to.include({ code: 1, state: 'refused' })
    expect(long.reason).to.include('line 2 has 5000 bytes')
    expect(await send(['LINES', '-', '--wait'], 'with a \0NUL')).to.include({ code: 0, state: 'delivered' })
    await eventually(() => expect(lines().slice(before + text.length)).to.deep.equal(['with a NUL']))
  })

  it('is refused while somebody writes there, or when nobody is there', async () => {
    const draft = await send(['DRAFT', 'mine', '--wait', '--timeout', '1s'])
    expect(draft).to.include({ code: 1, state: 'refused' })
    expect(draft.reason).to.include('somebody else')
    expect(prompts('DRAFT')).to.deep.equal([])
    expect((await send(['TUI', '', '--wait'])).code).to.not.equal(0)
    expect((await send(['NOBODY', 'x'])).code).to.equal(2)
  })

  it('is unconfirmed when nothing shows that it was taken', async () => {
    expect(await deaf).to.include({ code: 1, state: 'unconfirmed' })
  })

  it('arrives once although the daemon is killed right after it was queued', async () => {
    for (let round = 0; round < 5; round++) {
      const jobs = ['TUI', 'LINES'].map((agent) => [
        agent,
        `killed ${round}`,
        '--operation-id',
        `kill-${agent}-${round}`,
      ])
      for (const job of jobs) expect((await send(job)).state).to.equal('queued')
      const pid = orchestra.daemonPid('send') ?? 0
      // Before, in and after the typing.
      await new Promise((done) => setTimeout(done, round * 90))
      process.kill(pid, 'SIGKILL')
      await eventually(() => !isAlive(pid))
      await orchestra.ok('up', layout, '-d')
      for (const job of jobs) {
        const { state } = await send([...job, '--wait'])
        expect(state).to.be.oneOf(['delivered', 'unconfirmed'])
      }
      const count = (texts: readonly string[]) => texts.filter((text) => text === `killed ${round}`).length
      await eventually(() => expect([count(prompts('TUI')), count(lines())]).to.deep.equal([1, 1]))
    }
  })

  it('waits, over a restart, for the one before it, which its agent does not show yet', async () => {
    const jobs = ['first', 'second'].map((text) => ['SLOW', text, '--operation-id', `slow-${text}`])
    for (const job of jobs) expect((await send(job)).state).to.equal('queued')
    const isTyped = () => orchestra.agentsTmux('list-panes', '-a', '-F', '#{@orch_agent} #{@orch_typed}')
    await eventually(() => expect(isTyped()).to.match(/^SLOW \S+/m))
    const pid = orchestra.daemonPid('send') ?? 0
    process.kill(pid, 'SIGKILL')
    await eventually(() => !isAlive(pid))
    await orchestra.ok('up', layout, '-d')
    for (const job of jobs) expect((await send([...job, '--wait'])).state).to.equal('delivered')
    expect(prompts('SLOW')).to.deep.equal(['first', 'second'])
  })
})
