import { expect } from 'chai'
import type { TaskId } from '../../../../lib/core/ids.js'
import { AgentStatusFiles, resultRecord, taskQueue } from '../../../../lib/core/protocol/queue-files.js'
import type { RunState } from '../../../../lib/core/run/state.js'

const AT = Date.UTC(2026, 10, 21, 4)

/** Only what the files are made from. */
function stateOf(parts: {
  readonly agents?: Record<string, object>
  readonly tasks?: Record<string, object>
  readonly attempts?: Record<string, object>
}): RunState {
  const map = (of: Record<string, object> = {}) => new Map(Object.entries(of))
  return {
    agents: map(parts.agents),
    tasks: map(parts.tasks),
    attempts: map(parts.attempts),
  } as unknown as RunState
}

function task(id: string, changes: object = {}, spec: object = {}): object {
  return {
    spec: {
      id,
      title: `do ${id}`,
      agent: null,
      needs: [],
      priority: 100,
      estimateMs: 600_000,
      outputs: [],
      ...spec,
    },
    status: 'PENDING',
    reason: null,
    attempts: [],
    addedNeeds: [],
    startedAt: null,
    endedAt: null,
    ...changes,
  }
}

function attempt(id: string, changes: object = {}): object {
  return {
    id,
    task: id.replace(/\.\d+$/, ''),
    agent: 'CG-1',
    machine: 'mugen',
    startedAt: AT,
    endedAt: null,
    status: null,
    reason: null,
    progress: null,
    text: null,
    proof: null,
    checks: [],
    outputs: [],
    ...changes,
  }
}

describe('taskQueue', () => {
  it('has exactly the fields of the protocol', () => {
    const state = stateOf({
      tasks: {
        'Task-2': task(
          'Task-2',
          {
            status: 'FAILED',
            reason: 'exit 3',
            attempts: ['Task-2.1'],
            addedNeeds: ['Task-9'],
            startedAt: AT,
            endedAt: AT + 1000,
          },
          { needs: ['Task-1'] },
        ),
      },
      attempts: { 'Task-2.1': attempt('Task-2.1') },
    })
    expect(taskQueue(state)).to.deep.equal({
      tasks: [
        {
          task_id: 'Task-2',
          agent: 'CG-1',
          description: 'do Task-2',
          dependencies: ['Task-1', 'Task-9'],
          status: 'FAILED',
          priority: 100,
          estimated_time: 600,
          started_at: '2026-11-21T04:00:00.000Z',
          completed_at: '2026-11-21T04:00:01.000Z',
          error: 'exit 3',
        },
      ],
    })
  })

  it('calls a reason an error only when it is one', () => {
    const state = stateOf({ tasks: { a: task('a', { reason: 'waits for b' }) } })
    expect(taskQueue(state).tasks[0]?.error).to.equal(null)
  })
})

describe('AgentStatusFiles', () => {
  const working = {
    process: { status: 'alive', pid: 9, pane: '%1', since: AT - 5000 },
    observation: { state: 'working', text: null, at: AT + 2000 },
    attempt: 'Task-2.1',
  }

  it('has exactly the fields of the protocol', () => {
    const state = stateOf({
      agents: { 'CG-1': working },
      tasks: {
        'Task-2': task('Task-2', {}, { outputs: ['a.py'] }),
        'Task-3': task('Task-3', {}, { agent: 'CG-1', priority: 5 }),
        'Task-4': task('Task-4', { status: 'READY' }, { agent: 'CG-1', priority: 9 }),
      },
      attempts: { 'Task-2.1': attempt('Task-2.1', { progress: 0.5 }) },
    })
    expect(new AgentStatusFiles().of(state)[0]).to.deep.equal({
      agent_id: 'CG-1',
      task_id: 'Task-2',
      status: 'working',
      progress: 0.5,
      started_at: '2026-11-21T04:00:00.000Z',
      updated_at: '2026-11-21T04:00:02.000Z',
      output_files: ['a.py'],
      errors: [],
      next_task: 'Task-4',
    })
  })

  it('tells why an agent is gone', () => {
    const process = { status: 'exited', exitCode: 1, signal: null, reason: 'reboot', at: AT }
    const state = stateOf({ agents: { 'CG-1': { ...working, process, attempt: null } } })
    const files = new AgentStatusFiles().of(state)
    expect(files).to.have.length(1)
    expect(files[0]).to.deep.include({
      status: 'exited',
      errors: ['reboot'],
      task_id: null,
    })
  })

  it('makes anew only what changed: an agent, its attempt, what waits for it', () => {
    const agents = { 'CG-1': working, 'CG-2': { ...working, attempt: null } }
    const tasks = { 'Task-2': task('Task-2'), 'Task-3': task('Task-3', {}, { agent: 'CG-2' }) }
    const attempts = { 'Task-2.1': attempt('Task-2.1', { progress: 0.5 }) }
    const files = new AgentStatusFiles()
    const [one, two] = files.of(stateOf({ agents, tasks, attempts }))
    expect(files.of(stateOf({ agents, tasks, attempts }))).to.have.ordered.members([one, two])

    const further = { 'Task-2.1': attempt('Task-2.1', { progress: 0.9 }) }
    const [changed, same] = files.of(stateOf({ agents, tasks, attempts: further }))
    expect([changed?.progress, same]).to.deep.equal([0.9, two])
    expect(same).to.equal(two)

    const fewer = files.of(stateOf({ agents, tasks: { 'Task-2': tasks['Task-2'] }, attempts: further }))
    expect(fewer[0]).to.equal(changed)
    expect(fewer[1]?.next_task).to.equal(null)
  })
})

describe('resultRecord', () => {
  it('is the last finished attempt, with those before it', () => {
    const ended = { status: 'failed', endedAt: AT + 1500, reason: 'exit 3' }
    const state = stateOf({
      tasks: { 'Task-2': task('Task-2', { attempts: ['Task-2.1', 'Task-2.2', 'Task-2.3'] }) },
      attempts: {
        'Task-2.1': attempt('Task-2.1', ended),
        'Task-2.2': attempt('Task-2.2', {
          status: 'succeeded',
          endedAt: AT + 3000,
          proof: { kind: 'report', outcome: 'done', text: 'ok', exitCode: null },
          checks: [{ command: 'test', ok: true, exitCode: 0, output: '', durationMs: 4 }],
        }),
        'Task-2.3': attempt('Task-2.3'),
      },
    })
    const record = resultRecord(state, 'Task-2' as TaskId)
    expect(record).to.deep.include({
      attempt: 'Task-2.2',
      status: 'succeeded',
      proof: 'report',
      text: 'ok',
      duration: 3,
      checks: [{ command: 'test', ok: true, exit_code: 0, output: '' }],
    })
    expect(record?.attempts.map(({ attempt, status }) => [attempt, status])).to.deep.equal([
      ['Task-2.1', 'failed'],
      ['Task-2.2', 'succeeded'],
    ])
  })

  it('is not there before an attempt has ended', () => {
    const state = stateOf({
      tasks: { 'Task-2': task('Task-2', { attempts: ['Task-2.1'] }) },
      attempts: { 'Task-2.1': attempt('Task-2.1') },
    })
    expect(resultRecord(state, 'Task-2' as TaskId)).to.equal(undefined)
  })
})
