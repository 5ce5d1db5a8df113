import { createHash, randomUUID } from 'node:crypto'
import { agentDefinition } from '../../agents/registry.js'
import type { Launch } from '../../agents/definition.js'
import { OrchestraError } from '../../core/errors.js'
import type { Action } from '../../core/run/actions.js'
import type { AgentRecord } from '../../core/run/state.js'
import { resumedBy, startConversation } from '../agents/conversations.js'
import { readFiles } from '../../exec/host-files.js'
import { hostOf, type DaemonContext } from '../context.js'
import type { Host } from '../hosts/host.js'
import { ownKeys } from '../local-env.js'

type StartAgent = Extract<Action, { type: 'agent.start' }>

/** The generation is written first; launcher and tmux take it as the key, so that a second try finds the first one's window. */
export async function startAgent(action: StartAgent, context: DaemonContext): Promise<void> {
  const { agent, generation, machine } = action
  const { loop, clock } = context
  const record = loop.state.agents.get(agent)
  if (record === undefined) return
  const host = hostOf(context, machine)
  if (!host.isReady || context.isResetting(machine))
    throw new OrchestraError(`${machine} is not ready`, { kind: 'unreachable' })
  if (record.process.status !== 'starting' || record.generation !== generation) {
    loop.dispatch({ type: 'agent.starting', at: clock.now(), agent, generation, machine })
  }
  try {
    const resume = resumedBy(context.store, record, generation)
    const launch = await launchOf(record, resume, host, context)
    await applyFiles(host, launch)
    startConversation(context.store, agent, { resume, session: launch.session })
    const { cwd, env } = record.spec
    const started = await host.startAgent(agent, generation, {
      session: context.session,
      name: agent,
      nonce: '',
      argv: launch.argv,
      env: {
        PATH: host.facts?.path ?? '/usr/local/bin:/usr/bin:/bin',
        ...ownKeys(record.spec.behaviour, host.machine),
        ...launch.env,
        ...env,
      },
      cwd,
      timeoutMs: null,
      capture: false,
    })
    loop.dispatch({
      type: 'agent.started',
      at: clock.now(),
      agent,
      generation,
      machine,
      pid: started.pid,
      pane: started.pane,
    })
    await host.closeOldWindows(agent, generation)
    if (generation > 1) await host.forgetOldGenerations(agent, generation)
  } catch (error) {
    // Not reached: nothing is known, the same generation is asked for again. Refused or failed: it did not start.
    if (!(error instanceof OrchestraError) || error.kind === 'unreachable') throw error
    loop.dispatch({ type: 'agent.start_failed', at: clock.now(), agent, generation, reason: error.message })
  }
}

async function launchOf(
  record: AgentRecord,
  resume: string | null,
  host: Host,
  context: DaemonContext,
): Promise<Launch> {
  const { spec } = record
  const definition = agentDefinition(spec.behaviour)
  const home = host.facts?.home ?? '~'
  const expand = (path: string) =>
    path === '~' ? home : path.startsWith('~/') ? `${home}/${path.slice(2)}` : path
  const command = spec.command.length > 0 ? spec.command : definition.command
  return definition.launch({
    command,
    version: await versionOf(command, definition.versionArgs, host, context),
    home,
    cwd: expand(spec.cwd ?? '~'),
    agentDir: host.agentDir(spec.id),
    reportProgram: host.paths.report,
    autoTrust: spec.autoTrust.map(expand),
    resume,
    sessionId: randomUUID(),
  })
}

/** Asked once for each program of a machine. */
async function versionOf(
  command: readonly string[],
  args: readonly string[] | null,
  host: Host,
  context: DaemonContext,
): Promise<string | null> {
  const program = command[0]
  if (args === null || program === undefined) return null
  const key = versionKey(host, program)
  const known = context.versions.get(key)
  if (known !== undefined) return known === '' ? null : known
  const result = await host.shell.run('PATH=$1; shift; export PATH; "$@" 2>/dev/null | head -n 1', {
    args: [host.facts?.path ?? '', program, ...args],
    timeoutMs: 15_000,
    maxBytes: 4096,
    lane: 'bulk',
  })
  const found = /\d+\.\d+[\w.+-]*/.exec(result.stdout.toString('utf8'))?.[0] ?? ''
  context.versions.set(key, found)
  return found === '' ? null : found
}

export function versionKey(host: Host, program: string): string {
  return createHash('sha256').update(`${host.machine.id}\0${program}`).digest('hex')
}

const CONFIG_BYTES = 1024 * 1024

async function applyFiles(host: Host, launch: Launch): Promise<void> {
  for (const edit of launch.files) {
    const [file] = await readFiles(host.shell, [edit.path], CONFIG_BYTES)
    if (file === undefined || file.kind === 'refused' || (file.kind === 'file' && file.truncated)) continue
    const next = edit.merge(file.kind === 'absent' ? null : file.bytes.toString('utf8'))
    if (next !== null) await host.putFile(edit.path, next)
  }
}
