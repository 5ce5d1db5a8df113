/** The text of a first `orchestra.yaml`. */
import { idOfName } from '../core/ids.js'
import { AGENT_PROGRAMS, BUILT_IN_AGENT_TYPES } from '../core/layout/agent-types.js'

export interface InitFacts {
  /** Names of `~/.ssh/config`. */
  readonly hosts: readonly string[]
  /** Other names of the same hosts. */
  readonly aliases?: ReadonlyMap<string, readonly string[]>
  /** What else stands there and is not a machine: patterns, Match blocks, hosts of code. */
  readonly others?: readonly string[]
  /** Agent CLIs on PATH, of `AGENT_PROGRAMS`. */
  readonly clis: readonly string[]
  readonly cores: number
  readonly hostname: string
  /** The name of the directory that it is for; the session is called after it. Default: `orchestra`. */
  readonly directory?: string
  /** Where the file stands, for a comment. */
  readonly path?: string
}

const HOST = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,252}$/
const MAX_HOSTS = 20

/** Always a layout that validates, whatever the hosts are called; without an agent CLI it uses demo agents. */
export function initLayout(facts: InitFacts): string {
  const here = idOf(facts.hostname.split('.')[0] ?? '', 'here', new Set(['hold', 'local']))
  const taken = new Set(['hold', 'local', here.toLowerCase()])
  const hosts = facts.hosts
    .filter((host) => HOST.test(host))
    .map((host) => ({ host, id: idOf(host, 'host', taken) }))
  const shown = hosts.slice(0, MAX_HOSTS)
  const clis = AGENT_PROGRAMS.filter((cli) => facts.clis.includes(cli))
  const types = clis.length === 0 ? ['demo'] : clis
  const planner = agentId(types[0]!, 1)
  // One agent a kind to start with; what a machine carries depends on the agents more than on its cores.
  const writers = clis.length > 1 ? clis.slice(1).map((cli) => agentId(cli, 1)) : [agentId(types[0]!, 2)]
  const typeOf = (agent: string) => agent.replace(/-\d+$/, '')

  return `# Made by \`orchestra init\`. Change what you like, then:
#   orchestra validate    every problem at once
#   orchestra up          makes the session and attaches; again after an edit, it changes only the difference
#   orchestra run         starts the tasks
version: 1
session: ${idOf(facts.directory ?? '', 'orchestra', new Set())}

# Where agents may run. Exactly one machine is this one (kind: local).
layers:
  L1: ORCHESTRATOR
  L2: COORDINATOR

machines:
  ${here}: { layer: L1, kind: local, capacity: ${Math.max(2, Math.min(10_000, Math.floor(facts.cores) || 2))} } # agents that may work at once
${machineLines(shown, hosts.length - shown.length, facts)}
# Types that are built in: ${BUILT_IN_AGENT_TYPES.filter((type) => type !== 'command').join(', ')}, and command for a program of your own.
# An agent works in its cwd: . is the directory of this file${pathOf(facts.path)}; on another machine, the machine's repo.
# ${clis.length === 0 ? 'No agent CLI was found on PATH, so these are demo agents: they only pretend to work.' : `Found on PATH: ${clis.join(', ')}.`}
agents:
  ${planner}: { type: ${typeOf(planner)}, role: planning, cwd: . }
${writers.map((agent) => `  ${agent}: { type: ${typeOf(agent)}, role: implement, fallback: ${planner}, cwd: . }`).join('\n')}
  # Another machine's agent: add  machine: <its id>

# In this order, numbered from 1. A pane is an agent, a view (queue, monitor, events, status, …) or a command.
windows:
  - name: Orchestrator
    layout: main-vertical
    panes:
      - { view: queue, size: 60% }
      - { command: '\${SHELL:-/bin/sh}', focus: true }
  - { name: Agents, agents: [${[planner, ...writers].join(', ')}], layout: tiled }
  - { name: Monitor, view: monitor }

# A task goes to a free agent of its role once everything it needs is completed.
tasks:
  plan:
    title: Plan the work
    role: planning
    estimate: ${clis.length === 0 ? '5s' : '5m'}
    prompt: Read this project and write PLAN.md, the smallest steps to the goal. Change nothing else.
  implement:
    title: Carry the plan out
    role: implement
    needs: [plan]
    estimate: ${clis.length === 0 ? '10s' : '20m'}
    prompt: Carry out PLAN.md step by step, and run the tests after each.
  # check: { title: Run the tests, type: command, command: "npm test", needs: [implement] }

# A gate holds back what needs it until a person says so (orchestra approve GATE):
# gates:
#   planned: { after: [plan], verify: ["test -s PLAN.md"], approve: human }
`
}

/** A comment ends with its line. */
function pathOf(path: string | undefined): string {
  return path === undefined || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(path) ? '' : ` (${path})`
}

function machineLines(
  hosts: readonly { readonly host: string; readonly id: string }[],
  left: number,
  { aliases, others = [] }: InitFacts,
): string {
  const line = (id: string, host: string) =>
    `${id}: { layer: L2, kind: ssh, host: ${quoted(host)}, on_unreachable: hold }`
  const lines = hosts.flatMap(({ host, id }) => [
    `  ${line(id, host)}`,
    ...(aliases?.get(host) ?? [])
      .filter((alias) => HOST.test(alias))
      .map((alias) => `  # the same one by another name: ${line(id, alias)}`),
  ])
  if (hosts.length === 0) {
    lines.push(
      '  # build: { layer: L2, kind: ssh, host: build, capacity: 6, max_load: 14, on_unreachable: hold }',
    )
  }
  lines.push(...others.slice(0, MAX_HOSTS).map((text) => `  # not a machine: ${oneLine(text)}`))
  if (left > 0) lines.push(`  # … and ${left} more hosts of ~/.ssh/config`)
  return `${lines.join('\n')}\n`
}

function oneLine(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 80)
}

function agentId(cli: string, number: number): string {
  return `${cli}-${number}`
}

/** A host's name as an id; `fallback` with a number when nothing of it can be one, or it is taken. */
function idOf(name: string, fallback: string, taken: Set<string>): string {
  const plain = idOfName(name)
  const base = plain !== null && !isYamlWord(plain) ? plain : fallback
  let id = base
  for (let n = 2; taken.has(id.toLowerCase()); n += 1) id = `${base}-${n}`
  taken.add(id.toLowerCase())
  return id
}

/** Words that YAML takes for something else than text. */
function isYamlWord(text: string): boolean {
  return /^(true|false|null|yes|no|on|off|y|n|\d+|0[xo].*|\d+e\d+)$/i.test(text)
}

function quoted(host: string): string {
  return /^[A-Za-z][A-Za-z0-9_-]*$/.test(host) && !isYamlWord(host) ? host : JSON.stringify(host)
}
