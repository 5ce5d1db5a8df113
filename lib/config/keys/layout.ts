/** A whole layout: its own keys, and those of every feature. The JSON Schema for editors is made from this very schema. */
import * as z from 'zod'
import { checkedId, type SessionName } from '../../core/ids.js'
import { NOISE, type Layout } from '../../core/layout/model.js'
import type { Report } from '../../core/layout/report.js'
import { withPhaseGates, withPhases } from '../../core/phases/with-phases.js'
import { localPath } from '../local-path.js'
import type { YamlMap } from '../located.js'
import { api, expandApi } from './api.js'
import { agents, agentTypes, expandAgents } from './agents.js'
import { escalation, expandEscalation } from './escalation.js'
import { expandGates, expandPeople, gates, people } from './gates.js'
import { expandGithub, github } from './github.js'
import { group, keys, required, whole, type Docs, type Key } from './key.js'
import { flag, id, line, path, socket, texts, title, word } from './kinds.js'
import { expandLayers, expandMachines, layers, machines } from './machines.js'
import { expandMerges, merges, withQueues } from './merges.js'
import { expandMcpServers, mcpServers } from './mcp-servers.js'
import { expandNotify, notify } from './notify.js'
import { expandMilestones, expandPhases, milestones, phases } from './phases.js'
import { textsOf } from './read.js'
import { expandReports, expandSync, reports, sync } from './reports.js'
import { expandRoles, roles } from './roles.js'
import { expandStatusCommits, statusCommits } from './status-commits.js'
import { expandTasks, promptFiles, tasks } from './tasks.js'
import { expandRepositories, expandTrees, repositories as repositoriesSection, trees } from './trees.js'
import { expandWindows, windows } from './windows.js'
import { workflows } from './workflows.js'

const version = (): Key<1> => ({
  schema: () =>
    z.literal(1, {
      error: ({ input }) =>
        input === '1'
          ? 'is text: write version: 1, without quotes'
          : 'is a version that this orchestra does not read; it reads version: 1',
    }),
  read: () => 1,
})

const tmux = keys(() => ({ socket: socket(), keys: word('own', 'user') }))
export const TMUX_DOCS: Docs<typeof tmux> = {
  socket: 'of its server; default `orchestra`. Agents of this machine are on `<socket>-agents`',
  keys: '`own` (default), or `user`: your own key bindings, too',
}

const waves = keys(() => ({ barrier: flag() }))
export const WAVES_DOCS: Docs<typeof waves> = {
  barrier: '`true`: nothing of a wave starts before all of the wave before is through',
}

const problems = keys(() => ({
  show: { schema: () => z.array(z.enum(NOISE)), read: textsOf },
}))
export const PROBLEMS_DOCS: Docs<typeof problems> = {
  show: 'of `load` and `foreign_agents`: what else is told among what needs a look',
}

/** What other files may hold, which layouts `include`. */
const shared = keys(() => ({
  layers: layers(),
  machines: machines(),
  agent_types: agentTypes(),
  mcp_servers: mcpServers(),
}))
const fragment = keys(() => ({ include: texts(path()), ...shared.table() }))
const included = keys(() => ({ version: version(), ...fragment.table() }))

const layout = keys(() => ({
  version: required(version()),
  session: required(id<SessionName>()),
  title: title(),
  run_dir: path(),
  tmux: group(tmux),
  ...fragment.table(),
  repositories: repositoriesSection(),
  trees: trees(),
  merges: merges(),
  agents: agents(),
  windows: windows(),
  tasks: tasks(),
  workflows: workflows(),
  gates: gates(),
  phases: phases(),
  milestones: milestones(),
  timezone: line(64),
  people: people(),
  escalation: escalation(),
  sync: group(sync),
  reports: group(reports),
  status_commits: group(statusCommits),
  roles: roles(),
  waves: group(waves),
  notify: group(notify),
  api: group(api),
  github: github(),
  problems: group(problems),
}))
export const LAYOUT_DOCS: Docs<typeof layout> = {
  version: 'always 1',
  session: 'the name of it all, in tmux and in every verb',
  title: 'free text',
  run_dir: 'where the protocol files of a run go; default `<state>/runs/<session>`',
  tmux: 'which server, and whose keys',
  include: 'other files with layers, machines, agent_types and mcp_servers; this file wins',
  layers: 'names for groups of machines; the first is shown at the top',
  machines: '[machines](#machines)',
  agent_types: '[agents](#agents)',
  mcp_servers: '[MCP servers](#notifications-and-mcp-servers)',
  repositories: '[worktrees](worktrees.md)',
  trees: '[worktrees](worktrees.md)',
  merges: '[merging](merging.md)',
  agents: '[agents](#agents)',
  windows: '[windows](#windows)',
  tasks: '[tasks](#tasks)',
  workflows: '[workflows](workflows.md)',
  gates: '[gates](#gates)',
  phases: '[the plan](plan.md)',
  milestones: '[the plan](plan.md)',
  timezone: '[the plan](plan.md)',
  people: '[who answers](#gates)',
  escalation: '[the plan](plan.md)',
  sync: '[the plan](plan.md)',
  reports: '[the plan](plan.md)',
  status_commits: '[the plan](plan.md#status-commits)',
  roles: '[who may do what](#roles)',
  waves: '`barrier: true`: nothing of a wave starts before all of the wave before is through',
  notify: '[notifications](#notifications-and-mcp-servers)',
  api: '[doors](#doors)',
  github: '[GitHub](github.md)',
  problems: '[problems](#notifications-and-mcp-servers)',
}

export const layoutSchema = layout.schema
export const fragmentSchema = included.schema
export const fragmentKeys = fragment.names
export const sharedSections = shared.names
export const includesOf = (root: YamlMap): readonly string[] => fragment.read(root).include ?? []
export const promptFilesOf = (root: YamlMap) => promptFiles(layout.read(root).tasks)

export interface ExpandOptions {
  /** Of the layout file: a relative `run_dir` starts there. */
  readonly directory: string
  /** Where what names no `cwd` works on this machine; absent: in `directory`. */
  readonly workDirectory?: string
  readonly home: string
  /** Texts of prompt files by task id. */
  readonly prompts: ReadonlyMap<string, string>
}

/** The document as a whole layout: shorthands written out, defaults filled in. Never throws; what does not fit is left out. */
export function expandLayout(root: YamlMap, options: ExpandOptions, report: Report): Layout {
  const { run_dir, tmux, include: _read, workflows: _written, ...more } = layout.read(root)
  const { agent_types, mcp_servers, problems, status_commits, ...rest } = more
  const { machines, local } = expandMachines(rest.machines, report)
  const phases = expandPhases(rest.phases)
  const repositories = expandRepositories(rest.repositories)
  const pools = expandTrees(rest.trees)
  const queues = expandMerges(rest.merges, pools, repositories, local)
  const agents = expandAgents(agent_types, rest.agents, local, report)
  return whole<Layout>()({
    ...rest,
    session: rest.session ?? checkedId(''),
    tmux: whole<Layout['tmux']>()({ socket: tmux.socket ?? 'orchestra', keys: tmux.keys ?? 'own' }),
    runDir: run_dir === null ? null : localPath(run_dir, options),
    directory: options.workDirectory ?? options.directory,
    layers: expandLayers(rest.layers),
    machines,
    agents,
    trees: pools,
    repositories,
    merges: queues,
    mcpServers: expandMcpServers(mcp_servers, local),
    windows: expandWindows(rest.windows, agents, report),
    tasks: withPhases(withQueues(expandTasks(rest.tasks, local, options.prompts, report), queues), phases),
    gates: withPhaseGates(expandGates(rest.gates), phases),
    phases,
    milestones: expandMilestones(rest.milestones),
    people: expandPeople(rest.people),
    escalation: expandEscalation(rest.escalation),
    sync: expandSync(rest.sync),
    reports: expandReports(rest.reports),
    statusCommits: expandStatusCommits(status_commits),
    roles: expandRoles(rest.roles, report),
    notify: expandNotify(rest.notify),
    api: expandApi(rest.api, options),
    github: expandGithub(rest.github, options, report),
    problems: { show: NOISE.filter((noise) => problems.show.includes(noise)) },
  })
}
