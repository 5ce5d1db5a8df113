import { expect } from 'chai'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentRow, TaskRow } from '../../lib/core/protocol/status.js'
import type { ResultFile, TaskQueueFile } from '../../lib/core/protocol/queue-files.js'
import { eventually } from '../support/eventually.js'
import { Orchestra } from '../support/orchestra.js'

const LAYOUT = new URL('../../layouts/local.yaml', import.meta.url)
const TASKS = Array.from({ length: 15 }, (_, i) => `Task-${i + 1}`)

/** The layout of the quick start, with demo agents that work twenty times as fast. */
function fastLayout(orchestra: Orchestra): string {
  const text = readFileSync(LAYOUT, 'utf8')
  const types = 'agent_types:\n  demo: { extends: demo, env: { DEMO_SPEED: "20" } }\n\n'
  return orchestra.write('fast.yaml', text.replace('agents:\n', `${types}agents:\n`))
}

describe('the graph of fifteen tasks', function () {
  let orchestra: Orchestra
  let dir: string
  const broken: string[] = []
  let reads = 0

  // oxlint-disable-next-line no-unnecessary-type-parameters
  const read = <T>(name: string) => JSON.parse(readFileSync(join(dir, name), 'utf8')) as T
  const jsonFiles = () =>
    [dir, join(dir, 'results')]
      .filter((path) => existsSync(path))
      .flatMap((path) => readdirSync(path).map((name) => join(path, name)))
      .filter((path) => path.endsWith('.json'))

  /** Reads every file again and again; one that is not whole does not parse. */
  function readAll(): void {
    for (const path of jsonFiles()) {
      try {
        JSON.parse(readFileSync(path, 'utf8'))
        reads += 1
      } catch (error) {
        broken.push(`${path}: ${String(error)}`)
      }
    }
  }

  before(async () => {
    orchestra = new Orchestra()
    dir = join(orchestra.state, 'runs', 'orchestra-local')
    await orchestra.ok('up', fastLayout(orchestra), '-d')
    await orchestra.untilStatus((status) => status.agents.every((agent) => agent.state === 'idle'))
    const reader = setInterval(readAll, 5)
    try {
      const { code, stdout, stderr } = await orchestra.run(['run', '--wait'])
      expect(code, stdout + stderr).to.equal(0)
    } finally {
      clearInterval(reader)
    }
  })

  after(() => orchestra.close())

  it('completes every task at the first attempt', async () => {
    const tasks = await orchestra.json<TaskRow[]>('tasks')
    expect(tasks.map(({ id, status, attempts }) => [id, status, attempts])).to.deep.equal(
      TASKS.map((id) => [id, 'COMPLETED', 1]),
    )
  })

  it('shows its files whole at every moment', () => {
    expect(broken).to.deep.equal([])
    expect(reads).to.be.greaterThan(300)
  })

  it('leaves a result of every task, as the history in the store has it', async () => {
    expect(readdirSync(join(dir, 'results')).toSorted()).to.deep.equal(
      TASKS.map((id) => `${id}.json`).toSorted(),
    )
    const tasks = await orchestra.json<TaskRow[]>('tasks')
    for (const id of TASKS) {
      const { status, proof, attempt, agent_id } = read<ResultFile>(`results/${id}.json`)
      const row = tasks.find((task) => task.id === id)
      expect({ status, proof, attempt, agent_id }).to.deep.equal({
        status: 'succeeded',
        proof: 'report',
        attempt: `${id}.1`,
        agent_id: row?.agent,
      })
    }
  })

  it('ends with a queue and with status files that say what the API says', async () => {
    await eventually(async () => {
      const tasks = await orchestra.json<TaskRow[]>('tasks')
      const queue = read<TaskQueueFile>('task_queue.json').tasks
      expect(
        queue.map((task) => [
          task.task_id,
          task.agent,
          task.dependencies,
          task.status,
          task.started_at,
          task.completed_at,
        ]),
      ).to.deep.equal(
        tasks.map((task) => [task.id, task.agent, task.needs, task.status, task.started_at, task.ended_at]),
      )
      for (const agent of await orchestra.json<AgentRow[]>('agents')) {
        const { agent_id, status, task_id } = read<Record<string, unknown>>(`agent_${agent.id}_status.json`)
        expect([agent_id, status, task_id]).to.deep.equal([agent.id, agent.state, agent.task])
      }
    })
  })

  it('leaves report.md, which `report` prints too', async () => {
    const report = readFileSync(join(dir, 'report.md'), 'utf8')
    for (const id of TASKS) expect(report).to.include(id)
    expect(await orchestra.ok('report')).to.equal(report)
  })

  it('puts right what other programs write into its files, and what they remove', async () => {
    const queue = readFileSync(join(dir, 'task_queue.json'), 'utf8')
    const result = readFileSync(join(dir, 'results/Task-3.json'), 'utf8')
    writeFileSync(join(dir, 'task_queue.json'), '{ "tasks": [] }')
    writeFileSync(join(dir, 'results/Task-3.json'), result.replace('succeeded', 'failed'))
    writeFileSync(join(dir, 'agent_CG-1_status.json'), 'not json')
    await eventually(() => {
      expect(readFileSync(join(dir, 'task_queue.json'), 'utf8')).to.equal(queue)
      expect(readFileSync(join(dir, 'results/Task-3.json'), 'utf8')).to.equal(result)
      expect(read<{ agent_id: string }>('agent_CG-1_status.json').agent_id).to.equal('CG-1')
    })
  })
})
