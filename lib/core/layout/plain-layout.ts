/** A layout of which nothing is said but its session: what a small one is made of. */
import { NO_STATUS_COMMITS } from '../status-commits/spec.js'
import { NO_REPORTS, NO_SYNC } from '../reports/spec.js'
import { SOCKET_ALONE } from './api-spec.js'
import type { Layout } from './model.js'
import { NO_NOTIFY } from './notify-spec.js'

export const PLAIN_LAYOUT: Omit<Layout, 'session'> = {
  version: 1,
  title: null,
  tmux: { socket: 'orchestra', keys: 'own' },
  runDir: null,
  directory: null,
  layers: [],
  machines: [],
  repositories: [],
  trees: [],
  merges: [],
  agents: [],
  mcpServers: [],
  windows: [],
  tasks: [],
  gates: [],
  phases: [],
  milestones: [],
  timezone: null,
  people: [],
  escalation: [],
  reports: NO_REPORTS,
  sync: NO_SYNC,
  statusCommits: NO_STATUS_COMMITS,
  roles: [],
  waves: { barrier: false },
  api: SOCKET_ALONE,
  github: [],
  notify: NO_NOTIFY,
  problems: { show: [] },
}
