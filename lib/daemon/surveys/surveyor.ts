/** Looks after machines and MCP servers in turns: one command a machine and cycle, one machine at a time delays no other. */
import { reasonOf } from '../../core/errors.js'
import { isAgentCli } from '../../core/layout/agent-types.js'
import type { MachineId } from '../../core/ids.js'
import type { McpServerSpec } from '../../core/layout/model.js'
import type { MachineFacts, McpFacts, Survey, SurveyProblem } from '../../core/run/rows/machine-facts.js'
import { workDirectory } from '../../core/layout/work-directory.js'
import { checkMcpServer } from './mcp-check.js'
import type { LiveFacts } from '../../core/run/rows/status-document.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Part } from '../kernel/part.js'
import type { Hearers, Hears } from '../machines/hears.js'
import type { Host } from '../machines/host.js'
import type { Hosts } from '../machines/host-of.js'
import { programEnv } from '../machines/program-env.js'
import { survey, surveyProblems } from './survey.js'

const SURVEY_EVERY_MS = 30_000
const MCP_EVERY_MS = 5 * 60_000
const SOON_MS = 2000
const UNKNOWN: McpFacts = { state: 'unknown', tools: null, reason: 'not looked at yet' }

export class Surveyor implements Part, Hears {
  readonly name = 'surveys'
  readonly #kernel: Kernel
  readonly #hosts: Hosts
  readonly #machines = new Map<MachineId, { survey: Survey; at: number; problems: SurveyProblem[] }>()
  readonly #mcp = new Map<string, McpFacts>()
  readonly #busy = new Set<string>()
  readonly hears: Hearers = { ready: (_, host) => this.#isBack(host) }
  readonly facts: Pick<LiveFacts, 'machine' | 'mcp'> = {
    machine: (id) => this.machine(id),
    mcp: (id) => this.mcp(id),
  }
  #timers: NodeJS.Timeout[] = []
  #soon: NodeJS.Timeout | undefined

  constructor(kernel: Kernel, hosts: Hosts) {
    this.#kernel = kernel
    this.#hosts = hosts
  }

  start(): void {
    this.#timers = [
      // A check that could not be made is made again with the next look at the machines.
      setInterval(() => (this.#surveyAll(), this.#checkUnknown()), SURVEY_EVERY_MS),
      setInterval(() => this.#checkAll(), MCP_EVERY_MS),
    ]
    this.soon()
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer)
    clearTimeout(this.#soon)
    this.#timers = []
  }

  /** After a layout was applied: when the machines had time to come up. */
  soon(): void {
    clearTimeout(this.#soon)
    this.#soon = setTimeout(() => {
      this.#soon = undefined
      this.#surveyAll()
      this.#checkAll()
    }, SOON_MS)
  }

  /** A machine that comes up later than that, or comes back, does not wait for the next round. */
  #isBack(host: Host): void {
    const { id } = host.machine
    if (this.#soon !== undefined || this.#hosts.get(id) !== host) return
    this.#once(`survey ${id}`, () => this.#survey(id))
    this.#checkUnknown(id)
  }

  machine(id: MachineId): MachineFacts {
    const host = this.#hosts.get(id)
    const found = this.#machines.get(id)
    return {
      survey: found?.survey ?? null,
      surveyedAt: found?.at ?? null,
      problems: found?.problems ?? [],
      rttMs: host?.link.kind === 'local' ? 0 : (host?.link.rttMs ?? null),
      tmux: host?.tmuxVersion ?? null,
    }
  }

  mcp(id: string): McpFacts {
    return this.#mcp.get(id) ?? UNKNOWN
  }

  #surveyAll(): void {
    for (const id of this.#hosts.keys()) this.#once(`survey ${id}`, () => this.#survey(id))
  }

  #checkAll(): void {
    for (const spec of this.#kernel.loop.state.layout?.mcpServers ?? [])
      this.#once(`mcp ${spec.id}`, () => this.#check(spec))
  }

  #checkUnknown(machine?: MachineId): void {
    for (const spec of this.#kernel.loop.state.layout?.mcpServers ?? []) {
      if (machine !== undefined && spec.machine !== machine) continue
      if (this.mcp(spec.id).state === 'unknown') this.#once(`mcp ${spec.id}`, () => this.#check(spec))
    }
  }

  #once(key: string, work: () => Promise<void>): void {
    if (this.#busy.has(key)) return
    this.#busy.add(key)
    work()
      .catch((error: unknown) => this.#kernel.log.debug({ err: error, key }, 'a survey failed'))
      .finally(() => this.#busy.delete(key))
  }

  async #survey(id: MachineId): Promise<void> {
    const { loop, clock } = this.#kernel
    const host = this.#hosts.get(id)
    if (host === undefined || !host.isReady) return
    const found = await survey(host.shell, host.machine)
    const ours = [...loop.state.agents.values()].filter(
      (a) => a.machine === id && a.process.status === 'alive' && isAgentCli(a.spec.behaviour),
    ).length
    this.#machines.set(id, {
      survey: found,
      at: clock.now(),
      problems: surveyProblems(found, host.machine, ours),
    })
    if (found.load1 !== null) {
      loop.dispatch({
        type: 'machine.loaded',
        at: clock.now(),
        machine: id,
        load1: found.load1,
        cores: found.cores ?? 1,
      })
    }
    this.#kernel.changed()
  }

  async #check(spec: McpServerSpec): Promise<void> {
    const host = this.#hosts.get(spec.machine)
    if (host === undefined || !host.isReady) {
      this.#mcp.set(spec.id, { state: 'unknown', tools: null, reason: `${spec.machine} cannot be reached` })
      return
    }
    const cwd = workDirectory(this.#kernel.loop.state.layout, spec.machine, null)
    try {
      const { ok, tools, reason } = await checkMcpServer(host, spec, programEnv(host), cwd)
      this.#mcp.set(spec.id, { state: ok ? 'online' : 'offline', tools, reason })
    } catch (error) {
      // It was not even started.
      this.#mcp.set(spec.id, { state: 'unknown', tools: null, reason: reasonOf(error) })
    }
    this.#kernel.changed()
  }
}
