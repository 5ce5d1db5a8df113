/**
 * The stored form of a layout (core/layout/model.ts); that of each section stands with its type. A key that comes later is
 * `since(VALUE, …)`: layouts of older journals get VALUE here and nowhere else, so that the key is required everywhere behind.
 */
import { roleShape } from '../access/roles.js'
import { escalationStepShape } from '../escalation/spec.js'
import { githubShape } from '../github/spec.js'
import { mergeShape } from '../merges/spec.js'
import { personShape } from '../gates/spec.js'
import { milestoneShape, phaseShape } from '../phases/plan-specs.js'
import { NO_REPORTS, NO_SYNC, reportsShape, syncShape } from '../reports/spec.js'
import { NO_STATUS_COMMITS, statusCommitsShape } from '../status-commits/spec.js'
import { fields, flag, list, names, orNull, since, text, word, type Shape } from '../shape.js'
import { agentShape } from './agent-spec.js'
import { apiShape, SOCKET_ALONE } from './api-spec.js'
import { gateShape } from './gate-spec.js'
import { machineShape } from './machine-spec.js'
import { NOISE, type Layer, type Layout, type McpServerSpec } from './model.js'
import { NO_NOTIFY, notifyShape } from './notify-spec.js'
import { taskShape } from './task-spec.js'
import { repositoryShape, treePoolShape } from '../trees/spec.js'
import { windowShape } from './window-spec.js'

const mcpServer = fields<McpServerSpec>({
  id: text(),
  machine: text(),
  command: list(text()),
  env: names(text()),
})

export const layoutShape: Shape<Layout> = fields<Layout>({
  version: word(1),
  session: text(),
  title: orNull(text()),
  tmux: fields<Layout['tmux']>({ socket: text(), keys: word('own', 'user') }),
  runDir: orNull(text()),
  directory: since(null, orNull(text())),
  layers: list(fields<Layer>({ id: text(), name: text() })),
  machines: list(machineShape),
  repositories: since([], list(repositoryShape)),
  trees: since([], list(treePoolShape)),
  merges: since([], list(mergeShape)),
  agents: list(agentShape),
  mcpServers: since([], list(mcpServer)),
  windows: list(windowShape),
  tasks: list(taskShape),
  gates: since([], list(gateShape)),
  phases: since([], list(phaseShape)),
  milestones: since([], list(milestoneShape)),
  timezone: since(null, orNull(text())),
  people: since([], list(personShape)),
  reports: since(NO_REPORTS, reportsShape),
  sync: since(NO_SYNC, syncShape),
  statusCommits: since(NO_STATUS_COMMITS, statusCommitsShape),
  escalation: since([], list(escalationStepShape)),
  roles: since([], list(roleShape)),
  waves: since({ barrier: false }, fields<Layout['waves']>({ barrier: flag })),
  notify: since(NO_NOTIFY, notifyShape),
  api: since(SOCKET_ALONE, apiShape),
  github: since([], list(githubShape)),
  problems: since({ show: [] }, fields<Layout['problems']>({ show: list(word(...NOISE)) })),
})
