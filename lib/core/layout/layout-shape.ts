/**
 * The stored form of a layout (core/layout/model.ts). A key that comes later is `since(VALUE, …)`: layouts of older
 * journals get VALUE here and nowhere else, so that the key is required everywhere behind.
 */
import type { ApiSpec, TcpSpec } from './api-spec.js'
import { PERMISSIONS } from '../access/permissions.js'
import type { RoleSpec } from '../access/roles.js'
import { GITHUB_MODES, POSTED_KINDS, type GithubSpec, type TokenSource } from '../github/spec.js'
import { ANY_PERSON, type Criterion, type PersonSpec, type Quorum } from '../gates/spec.js'
import { BUILT_IN_AGENT_TYPES } from './agent-types.js'
import type { EscalationStep } from '../escalation/spec.js'
import {
  NO_REPORTS,
  NO_SYNC,
  SYNC_REASONS,
  type ReportTime,
  type ReportTimes,
  type SyncSpec,
} from '../reports/spec.js'
import { WEEKDAYS } from '../time-zone.js'
import {
  NOISE,
  TRANSPORTS,
  WHEN,
  type AgentSpec,
  type GateSpec,
  type Layer,
  type Layout,
  type Machine,
  type McpServerSpec,
  type NotifySpec,
  type OnUnreachable,
  type PaneSpec,
  type RetrySpec,
  type TaskSpec,
  type WindowSpec,
} from './model.js'
import {
  DEFAULT_TIER,
  STANDBY_REASONS,
  TIERS,
  type MilestoneSpec,
  type PhaseSpec,
} from '../phases/plan-specs.js'
import {
  fields,
  flag,
  list,
  names,
  number,
  numberOrWord,
  oneOf,
  orNull,
  since,
  text,
  word,
  type Shape,
} from '../shape.js'

const words = list(text())
const env = names(text())

const machineBase = {
  id: text<Machine['id']>(),
  layer: orNull(text<Layer['id']>()),
  code: text(),
  label: orNull(text()),
  repo: orNull(text()),
  capacity: orNull(number),
  maxLoad: orNull(number),
}

const onUnreachable = oneOf<OnUnreachable, 'policy'>('policy', {
  hold: {},
  local: {},
  machine: { machine: text() },
})

export const machine = oneOf<Machine, 'kind'>('kind', {
  local: machineBase,
  ssh: {
    ...machineBase,
    host: text(),
    user: orNull(text()),
    port: orNull(number),
    jump: orNull(text()),
    identityFile: orNull(text()),
    transport: since('ssh2', word(...TRANSPORTS)),
    onUnreachable,
  },
  client: machineBase,
  github: { ...machineBase, repository: orNull(text()) },
})

export const agent = fields<AgentSpec>({
  id: text(),
  type: text(),
  behaviour: word(...BUILT_IN_AGENT_TYPES),
  command: words,
  env,
  machine: text(),
  role: orNull(text()),
  label: orNull(text()),
  cwd: orNull(text()),
  fallback: orNull(text()),
  restart: word('never', 'on-failure', 'always'),
  autoTrust: words,
  autoApprove: words,
  onLimit: word('wait', 'hold', 'move'),
  stallMs: since(null, orNull(number)),
  mode: since('interactive', word('interactive', 'headless')),
  standby: since([], list(word(...STANDBY_REASONS))),
  access: since([], list(word(...PERMISSIONS))),
})

const mcpServer = fields<McpServerSpec>({ id: text(), machine: text(), command: words, env })

const paneBase = { size: orNull(number), focus: flag }
const pane = oneOf<PaneSpec, 'kind'>('kind', {
  agent: { ...paneBase, agent: text() },
  view: { ...paneBase, view: word('queue', 'monitor', 'events', 'status') },
  command: { ...paneBase, command: words, cwd: orNull(text()), env },
})

const window = fields<WindowSpec>({
  name: text(),
  title: orNull(text()),
  layout: orNull(text()),
  panes: list(pane),
  focus: flag,
})

const retry = fields<RetrySpec>({
  attempts: number,
  delayMs: number,
  backoff: number,
  maxDelayMs: number,
  jitter: number,
  except: words,
})

export const taskShape: Shape<TaskSpec> = fields<TaskSpec>({
  id: text(),
  title: text(),
  kind: word('prompt', 'command'),
  prompt: orNull(text()),
  command: orNull(text()),
  machine: orNull(text()),
  cwd: orNull(text()),
  env,
  agent: orNull(text()),
  role: orNull(text()),
  fallback: orNull(text()),
  needs: words,
  priority: number,
  estimateMs: number,
  timeoutMs: orNull(number),
  retry,
  outputs: words,
  verify: words,
  whenAlreadyDone: orNull(text()),
  successExitCodes: list(number),
  disabled: flag,
  when: since('on_success', word(...WHEN)),
  tier: since(DEFAULT_TIER, word(...TIERS)),
  phase: since(null, orNull(text<PhaseSpec['id']>())),
  workers: since([], list(text<AgentSpec['id']>())),
  issue: since(null, orNull(numberOrWord('create'))),
})

export const gate = fields<GateSpec>({
  id: text(),
  title: orNull(text()),
  after: words,
  verify: words,
  machine: orNull(text()),
  cwd: orNull(text()),
  timeoutMs: number,
  approve: word('human', 'none'),
  criteria: since([], list(fields<Criterion>({ text: text(), verify: words }))),
  quorum: since(ANY_PERSON, fields<Quorum>({ role: orNull(text()), count: number })),
})

const person = fields<PersonSpec>({
  id: text(),
  is: words,
  roles: words,
  layer: orNull(text()),
  notify: flag,
})

const phase = fields<PhaseSpec>({
  id: text(),
  title: orNull(text()),
  goal: orNull(text()),
  tasks: words,
  gate: orNull(text()),
  needs: words,
  workers: list(text<AgentSpec['id']>()),
})

const milestone = fields<MilestoneSpec>({
  id: text(),
  title: orNull(text()),
  due: text(),
  tasks: words,
  stopOtherWork: flag,
})

const notify = fields<NotifySpec>({
  command: words,
  webhook: orNull(text()),
  quiet: orNull(fields<NonNullable<NotifySpec['quiet']>>({ from: number, to: number })),
})

const api = fields<ApiSpec>({
  tcp: orNull(
    fields<TcpSpec>({
      host: text(),
      port: number,
      names: words,
      tls: orNull(fields<NonNullable<TcpSpec['tls']>>({ cert: text(), key: text() })),
      behind: orNull(word('proxy')),
    }),
  ),
})

const github = fields<GithubSpec>({
  machine: text(),
  api: text(),
  token: orNull(
    oneOf<TokenSource, 'kind'>('kind', {
      command: { argv: words },
      file: { path: text() },
      env: { name: text() },
    }),
  ),
  mode: word(...GITHUB_MODES),
  public: flag,
  master: orNull(numberOrWord('create')),
  scope: fields<GithubSpec['scope']>({
    milestone: orNull(text()),
    labels: words,
    parent: orNull(number),
  }),
  tierLabels: list(fields<GithubSpec['tierLabels'][number]>({ label: text(), tier: word(...TIERS) })),
  stateLabel: orNull(text()),
  commands: fields<GithubSpec['commands']>({ from: word('write', 'admin'), only: words }),
  post: list(word(...POSTED_KINDS)),
  limits: fields<GithubSpec['limits']>({ writesPerHour: number, issuesPerRun: number }),
  poll: fields<GithubSpec['poll']>({ activeMs: number, idleMs: number }),
})

const reportTime = orNull(fields<ReportTime>({ weekday: orNull(word(...WEEKDAYS)), minute: number }))
const role = fields<RoleSpec>({
  id: text(),
  allow: list(word(...PERMISSIONS)),
  agents: orNull(words),
  gates: orNull(words),
})

export const layoutShape: Shape<Layout> = fields<Layout>({
  version: word(1),
  session: text(),
  title: orNull(text()),
  tmux: fields<Layout['tmux']>({ socket: text(), keys: word('own', 'user') }),
  runDir: orNull(text()),
  directory: since(null, orNull(text())),
  layers: list(fields<Layer>({ id: text(), name: text() })),
  machines: list(machine),
  agents: list(agent),
  mcpServers: since([], list(mcpServer)),
  windows: list(window),
  tasks: list(taskShape),
  gates: since([], list(gate)),
  phases: since([], list(phase)),
  milestones: since([], list(milestone)),
  timezone: since(null, orNull(text())),
  people: since([], list(person)),
  reports: since(
    NO_REPORTS,
    fields<ReportTimes>({ standup: reportTime, synthesis: reportTime, weekly: reportTime }),
  ),
  sync: since(NO_SYNC, fields<SyncSpec>({ everyMs: orNull(number), on: list(word(...SYNC_REASONS)) })),
  escalation: since([], list(fields<EscalationStep>({ layer: text(), to: words, afterMs: orNull(number) }))),
  roles: since([], list(role)),
  waves: since({ barrier: false }, fields<Layout['waves']>({ barrier: flag })),
  notify: since({ command: [], webhook: null, quiet: null }, notify),
  api: since({ tcp: null }, api),
  github: since([], list(github)),
  problems: since({ show: [] }, fields<Layout['problems']>({ show: list(word(...NOISE)) })),
})
