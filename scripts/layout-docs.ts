/** The tables of keys in docs/, from what each feature says of its keys. */
import { BUILT_IN_AGENT_TYPES, HEADLESS_BEHAVIOURS } from '../lib/core/layout/agent-types.js'
import { ADOPTED_DOCS } from '../lib/config/keys/adopted.js'
import { AGENT_DOCS } from '../lib/config/keys/agents.js'
import { API_DOCS, TCP_DOCS, TLS_DOCS } from '../lib/config/keys/api.js'
import { ESCALATION_DOCS } from '../lib/config/keys/escalation.js'
import { CRITERION_DOCS, GATE_DOCS, PERSON_DOCS, QUORUM_DOCS } from '../lib/config/keys/gates.js'
import {
  COMMAND_DOCS,
  GITHUB_DOCS,
  LABEL_DOCS,
  LIMIT_DOCS,
  POLL_DOCS,
  SCOPE_DOCS,
  TOKEN_DOCS,
} from '../lib/config/keys/github.js'
import { LAYOUT_DOCS, PROBLEMS_DOCS, TMUX_DOCS, WAVES_DOCS } from '../lib/config/keys/layout.js'
import { LAYER_DOCS, MACHINE_DOCS } from '../lib/config/keys/machines.js'
import { MCP_SERVER_DOCS } from '../lib/config/keys/mcp-servers.js'
import { NOTIFY_DOCS } from '../lib/config/keys/notify.js'
import { MILESTONE_DOCS, PHASE_DOCS } from '../lib/config/keys/phases.js'
import { STATUS_COMMIT_DOCS } from '../lib/config/keys/status-commits.js'
import { REPORT_DOCS, SYNC_DOCS } from '../lib/config/keys/reports.js'
import { ROLE_DOCS } from '../lib/config/keys/roles.js'
import { RETRY_DOCS, TASK_DOCS } from '../lib/config/keys/tasks.js'
import { AGENT_TREE_DOCS, REPOSITORY_DOCS, TREES_DOCS } from '../lib/config/keys/trees.js'
import { MERGE_DOCS } from '../lib/config/keys/merges.js'
import { WORKFLOW_DOCS } from '../lib/config/keys/workflows.js'
import { PANE_DOCS, WINDOW_DOCS } from '../lib/config/keys/windows.js'

const TABLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  layout: LAYOUT_DOCS,
  tmux: TMUX_DOCS,
  layers: LAYER_DOCS,
  machines: MACHINE_DOCS,
  agents: AGENT_DOCS,
  adopt: ADOPTED_DOCS,
  repositories: REPOSITORY_DOCS,
  trees: TREES_DOCS,
  tree: AGENT_TREE_DOCS,
  windows: WINDOW_DOCS,
  panes: PANE_DOCS,
  tasks: TASK_DOCS,
  retry: RETRY_DOCS,
  workflows: WORKFLOW_DOCS,
  merges: MERGE_DOCS,
  gates: GATE_DOCS,
  criteria: CRITERION_DOCS,
  approve: QUORUM_DOCS,
  people: PERSON_DOCS,
  escalation: ESCALATION_DOCS,
  sync: SYNC_DOCS,
  status_commits: STATUS_COMMIT_DOCS,
  reports: REPORT_DOCS,
  roles: ROLE_DOCS,
  phases: PHASE_DOCS,
  milestones: MILESTONE_DOCS,
  waves: WAVES_DOCS,
  notify: NOTIFY_DOCS,
  api: API_DOCS,
  tcp: TCP_DOCS,
  tls: TLS_DOCS,
  github: GITHUB_DOCS,
  github_token: TOKEN_DOCS,
  github_scope: SCOPE_DOCS,
  github_labels: LABEL_DOCS,
  github_commands: COMMAND_DOCS,
  github_limits: LIMIT_DOCS,
  github_poll: POLL_DOCS,
  mcp_servers: MCP_SERVER_DOCS,
  problems: PROBLEMS_DOCS,
}

/** The documents with such tables. */
export const LAYOUT_PAGES = [
  'docs/layouts.md',
  'docs/plan.md',
  'docs/github.md',
  'docs/workflows.md',
  'docs/merging.md',
  'docs/worktrees.md',
] as const

/** The document with its tables as they should be, and the keys of each table that stands in it. */
export function layoutDocs(document: string): { text: string; keys: (readonly string[])[] } {
  const keys: (readonly string[])[] = []
  const text = document.replace(
    /(<!-- keys of (\w+) -->\n)[^]*?(?=\n<!-- end -->)/g,
    (_, mark: string, name: string) => {
      const docs = TABLES[name]
      if (docs === undefined)
        throw new Error(`there are no keys of ${name}; there are ${Object.keys(TABLES).join(', ')}`)
      keys.push(Object.keys(docs))
      return `${mark}\n${tableOf(docs)}`
    },
  )
  return { text, keys }
}

const NAMES: Readonly<Record<string, Iterable<string>>> = {
  types: BUILT_IN_AGENT_TYPES,
  'headless types': HEADLESS_BEHAVIOURS,
}

/** `{types}` stands for their names. */
function spellOut(text: string): string {
  return text.replace(/\{((?:headless )?types)\}/g, (_, what: string) =>
    [...(NAMES[what] ?? [])].map((name) => `\`${name}\``).join(', '),
  )
}

/** Keys with the same text share a row. */
function tableOf(docs: Readonly<Record<string, string>>): string {
  const rows = new Map<string, string[]>()
  for (const [key, text] of Object.entries(docs)) rows.set(text, [...(rows.get(text) ?? []), `\`${key}\``])
  return [
    '| key | means |',
    '|---|---|',
    ...[...rows].map(([text, names]) => `| ${names.join(' ')} | ${spellOut(text)} |`),
    '',
  ].join('\n')
}
