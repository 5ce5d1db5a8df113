/**
 * The whole of it with the real programs: Claude Code and Codex on two machines behind sshd carry out the shipped layout
 * `claude-and-codex`: one task after an approval, one after a usage limit, one after its agent was killed.
 */
import { expect } from 'chai'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ResultFile } from '../../lib/core/protocol/queue-files.js'
import { labProgram } from '../../scripts/lab/home.js'
import { readTask } from '../../scripts/lab/stub/worker.js'
import { needsCluster } from '../support/cluster.js'
import { eventually } from '../support/eventually.js'
import { makeLabGraph, SESSION, type LabGraph } from '../support/lab-graph.js'
import { idleWhileAsking, promptsOf } from '../support/model-ledger.js'

const FILES = {
  mugen: {
    'PLAN.md': 'Three parts: api, data, docs.',
    'README.md': '# The shop',
    'USAGE.md': 'curl /carts/1',
  },
  majin: {
    'api.txt': 'GET /carts/:id',
    'load.txt': '200 carts a second',
    'REVIEW.md': 'api and load are right',
  },
} as const

describe('a graph of tasks with the real Claude Code and the real Codex on two machines', function () {
  this.timeout(600_000)
  const missing = (['claude', 'codex'] as const).filter((type) => !existsSync(labProgram(type)))
  if (missing.length > 0) {
    console.log(`SKIPPED, NOT TESTED: ${this.fullTitle()}: ${missing.join(' and ')} not installed`)
    this.pending = true
    return
  }
  if (!needsCluster(this)) return
  let lab: LabGraph

  before(async () => {
    lab = await makeLabGraph()
    await lab.orchestra.ok('up', SESSION, '-d', '--run')
    lab.follow()
  })

  after(async () => {
    await lab.remove()
  })

  const task = (id: string) => lab.orchestra.status().then(({ tasks }) => tasks.find((one) => one.id === id))
  const reaches = (id: string, status: string) =>
    eventually(async () => expect((await task(id))?.status).to.equal(status), 180_000)

  /** Waits until `status` shows the question, and says yes to it. */
  async function approve(agent: string, question: RegExp): Promise<void> {
    await lab.orchestra.untilStatus(({ agents, summary }) => {
      const row = agents.find(({ id }) => id === agent)
      expect(row).to.include({ state: 'waiting' })
      expect(row?.text).to.match(question)
      expect(row?.prompt_id).to.be.a('string')
      expect(summary.attention.map(({ kind, id }) => `${kind} ${id}`)).to.include(`agent_waiting ${agent}`)
    }, 300_000)
    await lab.orchestra.ok('approve', agent, '-y')
  }

  it('proves what the first one wrote', async () => {
    await reaches('plan', 'COMPLETED')
    expect(await task('plan')).to.include({ agent: 'CC-1', machine: 'mugen', attempt: 1, proof: 'report' })
  })

  it('tries again what an agent did that was killed in the middle', async () => {
    await eventually(() => lab.stuck.size > 0 && lab.processOf('CC-2') !== null, 180_000)
    process.kill(lab.processOf('CC-2') ?? -1, 'SIGKILL')
    await reaches('docs', 'COMPLETED')
    expect(await task('docs')).to.include({ attempt: 2, agent: 'CC-2' })
  })

  it('keeps the task of a Codex at its limit, and lets it go on after the reset', async () => {
    await reaches('load', 'COMPLETED')
    expect(await task('load')).to.include({ attempt: 1, agent: 'CX-1' })
    const said = lab.rows.filter(({ subject }) => subject === 'CX-1').map(({ text }) => text)
    expect(
      said.some((text) => /^limited: You.ve hit your usage limit/.test(text)),
      said.join('\n'),
    ).to.equal(true)
    expect(said).to.include('its limit has ended; told to go on: delivered')
  })

  it('lets Claude, at its limit, go on by itself, as it says it will; then it asks, and goes on by a person’s yes', async () => {
    await approve('CC-1', /install -D PLAN\.md data\/seed\.txt/)
    await reaches('data', 'COMPLETED')
    expect(await task('data')).to.include({ attempt: 1, agent: 'CC-1' })
    const said = lab.rows.filter(({ subject }) => subject === 'CC-1').map(({ text }) => text)
    expect(
      said.some((text) => text.startsWith('limited: Usage limit reached · continuing automatically')),
    ).to.equal(true)
    expect(said.join('\n')).to.not.include('told to go on')
  })

  it('waits for a person where Codex asks, too', async () => {
    await approve('CX-1', /cat api\.txt load\.txt/)
    await reaches('review', 'COMPLETED')
  })

  it('completes all six, and nothing without proof', async () => {
    const { tasks, run } = await lab.orchestra.status()
    expect(run.phase).to.equal('finished')
    expect(tasks.map(({ id, status, proof }) => `${id} ${status} ${proof}`)).to.deep.equal(
      ['plan', 'api', 'data', 'load', 'docs', 'review'].map((id) => `${id} COMPLETED report`),
    )
    for (const [machine, files] of Object.entries(FILES))
      for (const [name, line] of Object.entries(files))
        expect(readFileSync(join(lab.host(machine).sshd.home, 'shop', name), 'utf8'), name).to.equal(
          `${line}\n`,
        )
    const verified = lab.rows.filter(({ type }) => type === 'attempt.verified').map(({ subject }) => subject)
    expect(verified).to.have.members(['api', 'data', 'docs', 'load', 'plan', 'review'])
  })

  it('keeps the history of every attempt', () => {
    const history = ['plan', 'api', 'data', 'load', 'docs', 'review'].flatMap((id) => {
      const file = join(lab.orchestra.state, 'runs', SESSION, 'results', `${id}.json`)
      const { attempts } = JSON.parse(readFileSync(file, 'utf8')) as ResultFile
      return attempts.map((one) => `${one.attempt} ${one.agent_id} ${one.status}`)
    })
    expect(history).to.deep.equal([
      'plan.1 CC-1 succeeded',
      'api.1 CX-1 succeeded',
      'data.1 CC-1 succeeded',
      'load.1 CX-1 succeeded',
      'docs.1 CC-2 failed',
      'docs.2 CC-2 succeeded',
      'review.1 CX-1 succeeded',
    ])
  })

  it('gave each prompt to the model once an attempt, by the model’s own ledger', () => {
    const prompts = promptsOf(lab.stub.requests)
    const given = prompts.map(({ agent, text }) => `${agent} ${readTask(text).id}`)
    expect(given.toSorted()).to.deep.equal([
      'CC-1 data',
      'CC-1 plan',
      'CC-2 docs',
      'CC-2 docs',
      'CX-1 api',
      'CX-1 load',
      'CX-1 review',
    ])
    expect(new Set(prompts.map(({ text }) => readTask(text).nonce)).size).to.equal(given.length)
  })

  it('never called an agent idle that the model was answering', () => {
    expect(idleWhileAsking(lab.stub.requests, lab.rows)).to.deep.equal([])
  })

  it('leaves nothing behind', async () => {
    await lab.orchestra.ok('down')
    // What the CLIs keep in their own directories is theirs; a bell's guard lives for a second.
    await eventually(() => {
      const ours = lab.orchestra.leftovers().filter((path) => !/\/\.(?:claude|codex)\//.test(path))
      expect(ours).to.deep.equal([])
    })
  })
})
