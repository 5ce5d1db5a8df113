/** Agents in `mode: headless`, of three kinds, whose CLIs speak the streams that the real ones were recorded with. */
import { expect } from 'chai'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentRow, TaskRow } from '../../lib/core/protocol/status.js'
import { eventually } from '../support/eventually.js'
import { writeHeadlessCli } from '../support/headless-cli.js'
import { readLedgers } from '../support/ledger-agent.js'
import { Orchestra } from '../support/orchestra.js'
import { finishedTasks } from '../support/run-rig.js'

const BIG = 'all work and no play makes a dull agent '.repeat(8000)

describe('headless agents', function () {
  this.timeout(120_000)
  let orchestra: Orchestra
  let gates: string
  let tasks: readonly TaskRow[]
  const task = (id: string) => {
    const found = tasks.find((row) => row.id === id)
    if (found === undefined) throw new Error(`there is no ${id}`)
    return found
  }
  const lastMessages = async (id: string) => {
    const { earlier } = await orchestra.json<{ earlier: { text: string | null }[] }>('context', id)
    return earlier.map(({ text }) => text)
  }

  before(async () => {
    orchestra = new Orchestra()
    gates = join(orchestra.work, 'gates')
    mkdirSync(gates)
    const cli = writeHeadlessCli(join(orchestra.work, 'cli.sh'))
    orchestra.write('big.md', `scene:done $(touch injected) \`touch injected\` '"\n${BIG}\nthe very end`)
    const env = `env: { LEDGER: ${orchestra.work}/ledger, GATES: ${gates} }, cwd: ${orchestra.work}`
    const layout = orchestra.write(
      'headless.yaml',
      `version: 1
session: headless
agent_types:
  cx: { extends: codex, command: [sh, ${cli}], mode: headless, ${env} }
  cl: { extends: claude, command: [sh, ${cli}], mode: headless, ${env} }
  pl: { extends: command, command: [sh, ${cli}], mode: headless, ${env} }
  no: { extends: codex, command: [no-such-cli], mode: headless, ${env} }
agents:
  CX-1: { type: cx, role: work }
  CL-1: { type: cl, role: work }
  PL-1: { type: pl, role: plain }
  NO-1: { type: no, role: nobody }
  LI-1: { type: cx, role: limited }
windows:
  - { name: CX, agent: CX-1 }
  - { name: Rest, agents: [CL-1, PL-1, NO-1, LI-1], layout: tiled }
tasks:
  cx: { title: Codex, agent: CX-1, prompt: 'scene:done' }
  cl: { title: Claude, agent: CL-1, prompt: 'scene:done' }
  pl: { title: Plain, agent: PL-1, prompt: 'scene:done' }
  big: { title: Big, agent: CX-1, prompt_file: big.md, needs: [cx] }
  refused: { title: Refused, agent: CL-1, prompt: 'scene:refused' }
  lie: { title: Exit 0 with an error, agent: CL-1, prompt: 'scene:lie' }
  cut: { title: Cut off, agent: CX-1, prompt: 'scene:cut' }
  missing: { title: No CLI, agent: NO-1 }
  blocked: { title: Blocked, agent: CX-1, prompt: 'scene:blocked' }
  unverified: { title: Not good, agent: CX-1, prompt: 'scene:done', verify: ['test -s nothing.txt'] }
  hostile: { title: Hostile, agent: CX-1, prompt: 'scene:hostile' }
  limited: { title: Limited, agent: LI-1, prompt: 'scene:twice', retry: { attempts: 1, delay: 100ms } }
  late: { title: Late, agent: PL-1, prompt: 'scene:stubborn', timeout: 1s, needs: [pl] }
`,
    )
    await orchestra.ok('up', layout, '-d', '--wait')
  })

  after(() => orchestra.close())

  it('is idle, and known to be, while it has no task; its pane says so', async () => {
    const agents = await orchestra.untilStatus((status) => {
      if (!status.agents.every((agent) => agent.state === 'idle'))
        throw new Error(JSON.stringify(status.agents))
      return status.agents
    })
    for (const { evidence, confidence } of agents)
      expect({ evidence, confidence }).to.deep.equal({ evidence: 'process', confidence: 1 })
    const explained = await orchestra.json<{ mode: string; lines: string[] }>('explain', 'CX-1')
    expect(explained.mode).to.equal('headless')
    expect(explained.lines.join('\n')).to.include('No task now.')
  })

  it('takes no messages, and answers none', async () => {
    const sent = await orchestra.run(['send', 'CX-1', 'hello'])
    expect(sent.code).to.equal(1)
    expect(sent.stderr).to.include('takes tasks').and.include('orchestra submit')
    expect((await orchestra.run(['approve', 'CX-1'])).stderr).to.include('never asks')
  })

  it('runs its tasks to their end', async () => {
    await orchestra.ok('run')
    tasks = await finishedTasks(orchestra, 60_000)
    const starts = readLedgers([join(orchestra.work, 'ledger')]).filter(({ word }) => word === 'start')
    expect(new Set(starts.map(({ nonce }) => nonce)).size).to.equal(starts.length)
  })

  for (const id of ['cx', 'cl', 'pl', 'big']) {
    it(`completes by exit status and last message: ${id}`, async () => {
      expect(task(id)).to.include({ status: 'COMPLETED', attempts: 1, proof: 'exit' })
      expect(await lastMessages(id)).to.deep.equal([`did ${id}`])
    })
  }

  it('hands the prompt over whole, to be seen by nobody and run by no shell', () => {
    const prompt = readFileSync(join(gates, 'big.prompt'), 'utf8')
    expect(prompt).to.include(`$(touch injected) \`touch injected\` '"\n${BIG}\nthe very end`)
    expect(existsSync(join(orchestra.work, 'injected'))).to.equal(false)
    expect(readFileSync(join(gates, 'cx.argv'), 'utf8')).to.match(/exec --json .*-\n$/)
    expect(readFileSync(join(gates, 'cl.argv'), 'utf8')).to.include('--output-format stream-json')
    for (const name of ['cx', 'cl'])
      expect(readFileSync(join(gates, `${name}.argv`), 'utf8')).to.not.include('scene')
  })

  it('fails with what the stream says, also one that ends with exit status 0', () => {
    expect(task('refused')).to.include({ status: 'FAILED', attempts: 1 })
    expect(task('refused').reason).to.include('Invalid API key')
    expect(task('lie').status).to.equal('FAILED')
    expect(task('lie').reason).to.include('Invalid API key')
    expect(task('cut').reason).to.include('ended without a result')
    expect(task('missing').reason).to.include('127').and.include('no-such-cli')
  })

  it('believes a report against itself, and checks what it says is done', () => {
    expect(task('blocked')).to.include({ status: 'BLOCKED' })
    expect(task('blocked').reason).to.include('needs a key')
    expect(task('unverified')).to.include({ status: 'FAILED' })
    expect(task('unverified').reason).to.include('verify')
  })

  it('shows text that nobody obeys', async () => {
    const agent = (await orchestra.json<AgentRow[]>('agents')).find(({ id }) => id === 'CX-1')
    const seen = ['capture-pane', '-p', '-e', '-S', '-', '-t', agent?.host_pane ?? '']
    const screen = orchestra.agentsTmux(...seen)
    expect(screen).to.include('raw words').and.include('red back 2J\nsecond').and.include('did cx')
    // oxlint-disable-next-line no-control-regex
    expect(screen).to.not.match(/[\u001b\u009b\u202e]/)
    expect(
      orchestra.agentsTmux('display', '-p', '-t', agent?.host_pane ?? '', '#{pane_title}'),
    ).to.not.include('owned')
    const logs = await orchestra.ok('logs', 'CX-1')
    expect(logs).to.include('-- hostile.1 Hostile --').and.include('did hostile')
    expect(logs).to.include('blocked.1 Blocked ended with exit status 0')
  })

  it('waits for the end of a limit, which is nobody’s failure', async () => {
    expect(task('limited')).to.include({ status: 'COMPLETED', attempts: 2 })
    const events = await orchestra.json<{ type: string; subject: string; text: string }[]>(
      'events',
      '-n',
      '2000',
    )
    expect(events.some(({ type, text }) => type === 'agent.observed' && /limited/.test(text))).to.equal(true)
    const result = readFileSync(join(orchestra.state, 'runs/headless/results/limited.json'), 'utf8')
    expect(
      (JSON.parse(result) as { attempts: { status: string }[] }).attempts.map(({ status }) => status),
    ).to.deep.equal(['lost', 'succeeded'])
  })

  it('ends what takes too long, whatever it does against it', () => {
    expect(task('late')).to.include({ status: 'FAILED', attempt_status: 'timed_out' })
  })

  it('leaves nothing behind', async () => {
    await orchestra.ok('down')
    // The bell is waited for a second.
    await eventually(() => expect(orchestra.leftovers()).to.deep.equal([]))
  })
})
