/** Versions of agent CLIs on their machines, as they say themselves: asked once for each command, and again by `doctor`. */
import { createHash } from 'node:crypto'
import { readVersion, versionCommands } from '../../agents/cli-version.js'
import { agentDefinition } from '../../agents/registry.js'
import type { AgentSpec } from '../../core/layout/model.js'
import type { AgentId } from '../../core/ids.js'
import type { LiveFacts } from '../../core/run/rows/status-document.js'
import type { AgentRecord } from '../../core/run/state.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Part } from '../kernel/part.js'
import type { Host } from './host.js'
import type { Hosts } from './host-of.js'

type Asked = Pick<AgentSpec, 'behaviour' | 'command' | 'cwd'>

const ASK_MS = 15_000

export class CliVersions implements Part {
  readonly name = 'versions'
  readonly facts: Pick<LiveFacts, 'version'> = { version: (id) => this.ofAgent(id) }
  readonly #loop: Pick<Kernel['loop'], 'state'>
  readonly #hosts: Hosts
  /** By machine and program; empty: the CLI did not say. */
  readonly #known = new Map<string, string>()
  readonly #asking = new Map<string, Promise<string | null>>()

  constructor({ loop }: Pick<Kernel, 'loop'>, hosts: Hosts) {
    this.#loop = loop
    this.#hosts = hosts
  }

  /** null: the CLI does not say, or it was not asked yet. */
  known(spec: Asked, host: Host): string | null {
    return this.#known.get(keyOf(spec, host)) || null
  }

  isAsked(spec: Asked, host: Host): boolean {
    return agentDefinition(spec.behaviour).version === null || this.#known.has(keyOf(spec, host))
  }

  /** Of the CLI that an agent runs or ran last, as it said when it was asked; null: it was not asked yet, or has none. */
  ofAgent(id: AgentId): string | null {
    const agent = this.#loop.state.agents.get(id)
    const host = agent === undefined ? undefined : this.#hosts.get(agent.machine)
    return agent === undefined || host === undefined ? null : this.known(lastStartOf(agent), host)
  }

  /** @param again also when it is known already: the program may have been replaced since */
  async ask(spec: Asked, host: Host, again = false): Promise<string | null> {
    const cli = agentDefinition(spec.behaviour).version
    if (cli === null) return null
    const key = keyOf(spec, host)
    const known = this.#known.get(key)
    if (known !== undefined && !again) return known === '' ? null : known
    const mine = this.#asking.get(key) ?? ask(versionCommands(commandOf(spec), cli), spec, host)
    this.#asking.set(key, mine)
    try {
      const found = await mine
      this.#known.set(key, found ?? '')
      return found
    } finally {
      this.#asking.delete(key)
    }
  }
}

/** As its last start was, with the directory that it was given; of one that never started, as in the layout. */
export function lastStartOf({ startedAs, spec }: AgentRecord): AgentSpec {
  return startedAs ?? spec
}

/** The words that start the CLI, without what orchestra adds. */
export function commandOf({ command, behaviour }: Asked): readonly string[] {
  return command.length > 0 ? command : agentDefinition(behaviour).command
}

async function ask(commands: readonly string[][], { cwd }: Asked, host: Host): Promise<string | null> {
  const home = host.facts?.home ?? '~'
  const expand = (word: string) => (word.startsWith('~/') ? `${home}/${word.slice(2)}` : word)
  for (const argv of commands) {
    const { stdout } = await host.shell.run(
      'PATH=$1; export PATH; cd "$2" 2>/dev/null; shift 2; "$@" </dev/null 2>/dev/null | head -n 5',
      {
        args: [host.path, expand(cwd ?? '~/'), ...argv.map(expand)],
        timeoutMs: ASK_MS,
        maxBytes: 4096,
        lane: 'bulk',
      },
    )
    const version = readVersion(stdout.toString('utf8'))
    if (version !== null) return version
  }
  return null
}

function keyOf(spec: Asked, host: Host): string {
  const said = JSON.stringify([host.machine.id, spec.behaviour, commandOf(spec), spec.cwd])
  return createHash('sha256').update(said).digest('hex')
}
