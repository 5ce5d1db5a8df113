/** Versions of agent CLIs on their machines, as they say themselves: asked once for each command, and again by `doctor`. */
import { createHash } from 'node:crypto'
import { readVersion, versionCommands } from '../../agents/cli-version.js'
import { agentDefinition } from '../../agents/registry.js'
import type { AgentSpec } from '../../core/layout/model.js'
import type { DaemonContext } from '../context.js'
import type { Host } from './host.js'

type Asked = Pick<AgentSpec, 'behaviour' | 'command' | 'cwd'>

const ASK_MS = 15_000
const asking = new WeakMap<DaemonContext, Map<string, Promise<string | null>>>()

/** null: the CLI does not say, or it was not asked yet. */
export function knownVersion(spec: Asked, host: Host, { versions }: DaemonContext): string | null {
  return versions.get(keyOf(spec, host)) || null
}

export function isVersionAsked(spec: Asked, host: Host, { versions }: DaemonContext): boolean {
  return agentDefinition(spec.behaviour).version === null || versions.has(keyOf(spec, host))
}

/** @param again also when it is known already: the program may have been replaced since */
export async function askVersion(
  spec: Asked,
  host: Host,
  context: DaemonContext,
  again = false,
): Promise<string | null> {
  const cli = agentDefinition(spec.behaviour).version
  if (cli === null) return null
  const key = keyOf(spec, host)
  const known = context.versions.get(key)
  if (known !== undefined && !again) return known === '' ? null : known
  const running = asking.get(context) ?? new Map<string, Promise<string | null>>()
  asking.set(context, running)
  const mine = running.get(key) ?? ask(versionCommands(commandOf(spec), cli), spec, host)
  running.set(key, mine)
  try {
    const found = await mine
    context.versions.set(key, found ?? '')
    return found
  } finally {
    running.delete(key)
  }
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
