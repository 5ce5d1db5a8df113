/** The agent CLIs of a machine: where they are, their version, and whether orchestra can read its screens. */
import { versionProblem } from '../../../agents/cli-version.js'
import { agentDefinition } from '../../../agents/registry.js'
import type { AgentSpec } from '../../../core/layout/model.js'
import { agentOn } from '../../../core/layout/work-directory.js'
import type { Finding } from '../../../core/protocol/doctor.js'
import { runningSpec } from '../../../core/run/running-spec.js'
import { commandOf } from '../../machines/cli-versions.js'
import type { Daemon } from '../../daemon.js'
import type { Host } from '../../machines/host.js'
import type { Find } from './find.js'

export async function cliFindings(daemon: Daemon, host: Host, finding: Find): Promise<Finding[]> {
  const specs = new Map<string, AgentSpec>()
  for (const agent of daemon.loop.state.agents.values()) {
    if (agent.machine !== host.machine.id) continue
    for (const spec of [agentOn(daemon.loop.state.layout, agent.machine, agent.spec), runningSpec(agent)])
      if (commandOf(spec)[0] !== undefined)
        specs.set(JSON.stringify([spec.behaviour, commandOf(spec), spec.cwd]), spec)
  }
  if (specs.size === 0) return []
  const found = await pathsOf(
    [...specs.values()].map((spec) => commandOf(spec)[0] ?? ''),
    host,
  )
  const findings = await Promise.all(
    [...specs.values()].map((spec) => cliFinding(spec, found, { daemon, host, finding })),
  )
  return [...new Map(findings.map((one) => [one.text, one])).values()]
}

interface Asking {
  readonly daemon: Daemon
  readonly host: Host
  readonly finding: Find
}

async function cliFinding(
  spec: AgentSpec,
  paths: ReadonlyMap<string, string>,
  { daemon, host, finding }: Asking,
): Promise<Finding> {
  const program = commandOf(spec)[0] ?? ''
  const path = paths.get(program)
  if (path === undefined)
    return finding(
      'agent CLI',
      'bad',
      `${program} is not on its PATH`,
      `install it there, or give its absolute path in the layout; PATH is ${host.path}`,
    )
  const definition = agentDefinition(spec.behaviour)
  const version = await daemon.parts.versions.ask(spec, host, true)
  const where = `${program}: ${path}`
  if (definition.version === null) return finding('agent CLI', 'ok', where)
  const problem = versionProblem(definition, version)
  if (problem !== null)
    return finding('agent CLI', 'warn', `${where}: ${problem}`, `install a newer ${definition.title} there`)
  const said =
    version === null ? `the version of ${definition.title} is not known` : `${definition.title} ${version}`
  return finding('agent CLI', 'ok', `${where}, ${said}`)
}

async function pathsOf(programs: readonly string[], host: Host): Promise<ReadonlyMap<string, string>> {
  const names = [...new Set(programs)]
  const out = await host.shell.must(
    'PATH=$2/bin:$1; shift 2; for f do case $f in "~/"*) f=$HOME/${f#"~/"};; esac; p=$(command -v "$f") && echo "+$p" || echo "-"; done',
    { args: [host.path, host.paths.root, ...names], lane: 'bulk' },
  )
  const lines = out.toString('utf8').split('\n')
  return new Map(
    names.flatMap((name, i): [string, string][] => {
      const line = lines[i] ?? ''
      return line.startsWith('+') ? [[name, line.slice(1)]] : []
    }),
  )
}
