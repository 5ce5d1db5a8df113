/** A session as a person meets it: layers, machines, agents in every state, tasks in waves, things that need somebody. */
import { NEEDS_YOU, needsYou } from '../../../../lib/core/protocol/needs-you.js'
import type {
  AgentRow,
  Attention,
  EventRow,
  MachineRow,
  StatusDocument,
  TaskRow,
} from '../../../../lib/core/protocol/status.js'
import type { AgentState, TaskStatus } from '../../../../lib/core/words.js'

export const NOW = Date.parse('2026-11-21T04:30:00.000Z')
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString()

export function machineRow(id: string, over: Partial<MachineRow> = {}): MachineRow {
  return {
    id,
    layer: 'L2',
    code: id.slice(0, 2).toUpperCase(),
    label: null,
    kind: 'ssh',
    state: 'online',
    reason: null,
    since: ago(900),
    status_commits: [],
    rtt_ms: 3.2,
    load1: 2.1,
    cores: 16,
    memory: 0.43,
    disk: 0.61,
    agents: 5,
    agent_processes: 5,
    git: { branch: 'main', dirty: 3, ahead: 0, behind: 2, last_commit: null },
    problems: [],
    tmux: '3.5a',
    surveyed_at: ago(4),
    cordoned: false,
    ...over,
  }
}

export function agentRow(id: string, state: AgentState, over: Partial<AgentRow> = {}): AgentRow {
  return {
    id,
    label: null,
    type: 'codex',
    never_idle: false,
    version: null,
    machine: 'mugen',
    home: over.machine ?? 'mugen',
    role: 'implement',
    state,
    task: null,
    progress: null,
    confidence: 0.9,
    evidence: 'report',
    rule: null,
    text: null,
    prompt_id: state === 'waiting' ? 'p-0' : null,
    question: state === 'waiting' ? [over.text ?? 'Go on?'] : null,
    until: null,
    observed_at: ago(3),
    output_at: ago(2),
    pid: 4242,
    generation: 1,
    restarts: 0,
    exit_code: null,
    reason: null,
    pane: '%3',
    host_pane: '%1',
    window: 'Impl',
    queued: 0,
    cordoned: false,
    ...over,
  }
}

export function taskRow(id: string, status: TaskStatus, over: Partial<TaskRow> = {}): TaskRow {
  return {
    id,
    title: `the ${id} module`,
    kind: 'prompt',
    status,
    needs: [],
    wave: 1,
    role: 'implement',
    agent: null,
    machine: null,
    attempt: 0,
    attempts: 1,
    attempt_status: null,
    progress: null,
    estimated_time: 600,
    priority: 5,
    started_at: null,
    ended_at: null,
    reason: null,
    tree: null,
    landed: null,
    proof: null,
    human: { asked: 0, waited_s: 0 },
    issue: null,
    ...over,
  }
}

export function statusDocument(over: Partial<StatusDocument> = {}): StatusDocument {
  const agents = over.agents ?? []
  const tasks = over.tasks ?? []
  const agentsIn = (state: AgentState) => agents.filter((agent) => agent.state === state).length
  const tasksIn = (status: TaskStatus) => tasks.filter((task) => task.status === status).length
  return {
    version: 1,
    session: 'miyabi-level6',
    at: ago(1),
    daemon: { pid: 77, version: '0.1.0', started_at: ago(3600) },
    run: { phase: 'running', started_at: ago(724), finished_at: null },
    timezone: null,
    summary: {
      agents: agents.length,
      working: agentsIn('working'),
      waiting: agentsIn('waiting'),
      idle: agentsIn('idle'),
      quiet: agentsIn('quiet'),
      limited: agentsIn('limited'),
      error: agentsIn('error'),
      tasks: tasks.length,
      completed: tasksIn('COMPLETED'),
      failed: tasksIn('FAILED'),
      blocked: tasksIn('BLOCKED'),
      in_progress: tasksIn('IN_PROGRESS'),
      progress: tasks.length === 0 ? 0 : tasksIn('COMPLETED') / tasks.length,
      eta: tasks.length === 0 ? null : new Date(NOW + 480_000).toISOString(),
      needs_you: needsYou(over.summary?.attention ?? []),
      attention: [],
      ...over.summary,
    },
    layers: [],
    escalations: [],
    merges: [],
    human: { asked: 0, waited_s: 0, blocked_share: 0 },
    github: [],
    machines: [],
    mcp_servers: [],
    gates: [],
    phases: [],
    milestones: [],
    ...over,
    agents,
    tasks,
  }
}

export function attentionOf(...entries: readonly Omit<Attention, 'human'>[]): Attention[] {
  return entries.map((entry) => ({ ...entry, human: NEEDS_YOU[entry.kind] }))
}

/** Fifteen agents on four layers, as in the contract's example. */
export function levelSix(over: Partial<StatusDocument> = {}): StatusDocument {
  const plain = statusDocument({ agents: sixAgents(), tasks: sixTasks() })
  const attention = attentionOf(
    { kind: 'machine_offline', id: 'majin', text: 'connection refused; agents held', since: ago(45) },
    { kind: 'task_failed', id: 'Task-7', text: 'verify: pytest -q tests/api: exit 1', since: ago(61) },
    {
      kind: 'agent_waiting',
      id: 'CG-1',
      text: 'Run `rm -rf build && make`? 1. Yes 2. No',
      since: ago(130),
    },
    { kind: 'gate_waiting', id: 'planned', text: 'approve the plan', since: ago(20) },
    { kind: 'agent_limited', id: 'CCG-3', text: 'usage limit, again at 14:10', since: ago(300) },
  )
  return {
    ...plain,
    summary: { ...plain.summary, progress: 0.6, needs_you: needsYou(attention), attention },
    layers: [
      { id: 'L0', name: 'MAESTRO' },
      { id: 'L1', name: 'ORCHESTRATOR' },
      { id: 'L2', name: 'COORDINATOR' },
      { id: 'L3', name: 'WORKER' },
    ],
    machines: sixMachines(),
    mcp_servers: [
      { id: 'codex', machine: 'macbook', state: 'online', tools: 4, reason: null },
      { id: 'github', machine: 'macbook', state: 'offline', tools: null, reason: 'exit 1' },
    ],
    gates: [
      {
        id: 'planned',
        title: null,
        status: 'waiting',
        after: ['Task-1'],
        approve: 'human',
        role: null,
        count: 1,
        approvers: [],
        criteria: [],
        since: new Date(NOW - 60_000).toISOString(),
        reason: 'approve the plan',
        prompt_id: 'g-1',
        question: ['Gate planned', 'after Task-1'],
      },
    ],
    ...over,
  }
}

function sixMachines(): MachineRow[] {
  const none = {
    agent_processes: null,
    rtt_ms: null,
    load1: null,
    cores: null,
    memory: null,
    disk: null,
    git: null,
    tmux: null,
    surveyed_at: null,
    cordoned: false,
  }
  return [
    machineRow('pixel', { layer: 'L0', kind: 'client', state: 'unknown', agents: 0, ...none }),
    machineRow('macbook', {
      layer: 'L1',
      code: 'MB',
      kind: 'local',
      rtt_ms: null,
      load1: 3.4,
      cores: 10,
      memory: 0.71,
      disk: 0.88,
      agents: 3,
      agent_processes: 4,
    }),
    machineRow('mugen', { load1: 14.8, cores: 16, problems: ['disk of /home nearly full'], disk: 0.96 }),
    machineRow('majin', {
      state: 'offline',
      code: 'MJ',
      reason: 'connection refused',
      agents: 7,
      ...none,
    }),
    machineRow('github', { layer: 'L3', code: 'GH', kind: 'github', state: 'unknown', agents: 0, ...none }),
  ]
}

function sixAgents(): AgentRow[] {
  return [
    agentRow('CCG-1', 'idle', {
      type: 'claude',
      role: 'planning',
      window: 'CCG-1-Plan',
      observed_at: ago(70),
    }),
    agentRow('CCG-2', 'working', {
      type: 'claude',
      task: 'Task-8',
      progress: 0.25,
      text: 'Reading src/core',
      role: 'review',
    }),
    agentRow('CCG-3', 'limited', { type: 'claude', text: 'usage limit, again at 14:10', task: 'Task-9' }),
    agentRow('CG-1', 'waiting', {
      task: 'Task-2',
      progress: 0.75,
      text: 'Run `rm -rf build && make`? 1. Yes 2. No',
      prompt_id: 'p-1',
      question: ['Run this command?', '  rm -rf build && make', '> 1. Yes', '  2. No'],
    }),
    agentRow('CG-2', 'working', { task: 'Task-3', progress: 0.4 }),
    agentRow('CG-3', 'working', {
      task: 'Task-4',
      progress: 0.9,
      observed_at: ago(420),
      output_at: ago(400),
    }),
    agentRow('CG-4', 'error', { text: 'stream disconnected before completion' }),
    agentRow('CG-5', 'exited', { exit_code: 1, reason: 'exit 1', machine: 'macbook', pid: null }),
    agentRow('GM-1', 'idle', { type: 'gemini', role: 'research', machine: 'macbook', queued: 2 }),
    agentRow('SH-1', 'starting', { type: 'shell', machine: 'macbook', role: null }),
    ...['OC-1', 'OC-2', 'OC-3', 'OC-4'].map((id) =>
      agentRow(id, 'idle', { type: 'opencode', machine: 'majin' }),
    ),
    agentRow('OC-5', 'unknown', {
      type: 'opencode',
      machine: 'majin',
      observed_at: ago(45),
      output_at: ago(60),
    }),
  ]
}

function sixTasks(): TaskRow[] {
  const done = (id: string, title: string, wave: number, from: number, to: number): TaskRow =>
    taskRow(id, 'COMPLETED', {
      title,
      wave,
      agent: 'CCG-1',
      attempt: 1,
      started_at: ago(from),
      ended_at: ago(to),
      proof: 'report',
    })
  const running = (id: string, title: string, agent: string, progress: number): TaskRow =>
    taskRow(id, 'IN_PROGRESS', {
      title,
      wave: 2,
      agent,
      machine: 'mugen',
      attempt: 1,
      progress,
      needs: ['Task-1'],
      started_at: ago(400),
      attempt_status: 'running',
    })
  return [
    done('Task-1', 'Plan the migration', 1, 720, 420),
    running('Task-2', 'core module', 'CG-1', 0.75),
    running('Task-3', 'storage layer', 'CG-2', 0.4),
    running('Task-4', 'http routes', 'CG-3', 0.9),
    done('Task-5', 'count files', 2, 400, 398),
    done('Task-6', 'docs skeleton', 2, 400, 300),
    taskRow('Task-7', 'FAILED', {
      title: 'api tests',
      wave: 2,
      agent: 'CG-4',
      attempt: 3,
      attempts: 3,
      started_at: ago(380),
      ended_at: ago(61),
      reason: 'verify: pytest -q tests/api: exit 1',
    }),
    running('Task-8', 'review of the core', 'CCG-2', 0.25),
    running('Task-9', 'security review', 'CCG-3', 0.1),
    taskRow('Task-10', 'BLOCKED', {
      title: 'release notes',
      wave: 3,
      needs: ['Task-7'],
      reason: 'Task-7 failed',
    }),
    taskRow('Task-11', 'READY', { title: 'benchmarks', wave: 3, needs: ['Task-5'] }),
    taskRow('Task-12', 'PENDING', { title: 'integration', wave: 3, needs: ['Task-2', 'Task-3', 'Task-4'] }),
    taskRow('Task-13', 'PENDING', { title: 'load test', wave: 4, needs: ['Task-12'] }),
    taskRow('Task-14', 'CANCELLED', { title: 'old importer', wave: 3, reason: 'cancelled by user' }),
    taskRow('Task-15', 'PENDING', { title: 'deploy to staging', wave: 5, needs: ['Task-13'] }),
  ]
}

/** The same with Japanese labels and titles, some with emoji and marks that terminals measure differently. */
export function japanese(): StatusDocument {
  const labels = ['しきるん', 'カエデ🍁', 'サクラ🌸', 'ツバキ', 'ボタン', 'みつけるん', 'クモ🕷️']
  const titles = [
    '計画を立てる',
    'コアモジュールの実装',
    'ストレージ層',
    'か\u3099くせいテスト',
    '👨‍👩‍👧 家族画面',
  ]
  const doc = levelSix()
  return {
    ...doc,
    session: '雅-レベル６',
    agents: doc.agents.map((agent, i) => ({ ...agent, label: labels[i % labels.length] ?? null })),
    tasks: doc.tasks.map((task, i) => ({ ...task, title: titles[i % titles.length] ?? '' })),
  }
}

/** Many agents: of every ten, six idle, three at work and one with something else. */
export function manyAgents(count: number): StatusDocument {
  const rare: AgentState[] = ['waiting', 'error', 'limited', 'exited', 'unknown', 'starting']
  const doc = levelSix()
  const agents = Array.from({ length: count }, (_, i) => {
    const kind = i % 10
    const id = `A-${i + 1}`
    if (kind === 9)
      return agentRow(id, rare[Math.floor(i / 10) % rare.length] ?? 'idle', { machine: 'macbook' })
    if (kind >= 6) return agentRow(id, 'working', { task: `Task-${(i % 15) + 1}`, progress: (i % 100) / 100 })
    return agentRow(id, 'idle', { observed_at: ago(i + 10), output_at: ago(i + 10) })
  })
  return statusDocument({
    ...doc,
    agents,
    summary: {
      ...statusDocument({ agents, tasks: doc.tasks }).summary,
      needs_you: doc.summary.needs_you,
      attention: doc.summary.attention,
    },
  })
}

export function sampleEvents(count: number): EventRow[] {
  const kinds: Pick<EventRow, 'type' | 'subject' | 'text' | 'level'>[] = [
    { type: 'attempt.started', subject: 'Task-2', text: 'started on CG-1 (attempt 1)', level: 'info' },
    { type: 'attempt.verified', subject: 'Task-6', text: 'verified, 2 checks', level: 'good' },
    { type: 'agent.observed', subject: 'CG-1', text: 'waits: Run `rm -rf build && make`?', level: 'warn' },
    { type: 'attempt.ended', subject: 'Task-7', text: 'failed: pytest -q tests/api: exit 1', level: 'bad' },
  ]
  return Array.from({ length: count }, (_, i) => ({
    seq: i + 1,
    at: ago((count - i) * 3),
    by: null,
    ...(kinds[i % kinds.length] as (typeof kinds)[number]),
  }))
}
