import { randomUUID } from 'node:crypto'
import { agentDefinition } from '../../agents/registry.js'
import type { Launch, LaunchContext } from '../../agents/definition.js'
import { isOfStore, OrchestraError, reasonOf } from '../../core/errors.js'
import type { Action } from '../../core/run/actions.js'
import { isWantedNow, startsPerAttempt } from '../../core/run/index/agent-tree.js'
import type { AgentRecord } from '../../core/run/state.js'
import { resumedBy, startConversation } from './conversations.js'
import { readFiles } from '../../exec/host-files.js'
import type { AgentNeeds } from './agent-needs.js'
import { hostOf } from '../machines/host-of.js'
import { closeWindowsOf } from '../machines/windows.js'
import { forgetOldGenerations, startWindowOf } from './host-agents.js'
import type { Host } from '../machines/host.js'
import { programEnv } from '../machines/program-env.js'

type StartAgent = Extract<Action, { type: 'agent.start' }>

/** The generation is written first; launcher and tmux take it as the key, so that a second try finds the first one's window. */
export async function startAgent(action: StartAgent, needs: AgentNeeds): Promise<void> {
  const { agent, generation, machine } = action
  const { kernel } = needs
  const { loop, clock, store } = kernel
  const known = loop.state.agents.get(agent)
  if (known === undefined || !isStillWanted(known, generation)) return
  const host = hostOf(needs, machine)
  if (!host.isReady || kernel.isResetting(machine))
    throw new OrchestraError(`${machine} is not ready`, { kind: 'unreachable' })
  if (known.process.status !== 'starting' || known.generation !== generation) {
    const isBegun = await loop.gather(() => {
      const now = loop.state.agents.get(agent)
      if (now === undefined || !isStillWanted(now, generation)) return null
      return { type: 'agent.starting', at: clock.now(), agent, generation, machine }
    })
    if (!isBegun) return
    await loop.settled()
  }
  // A second try starts what the first one would have, whatever was edited since.
  const record = { ...known, spec: loop.state.agents.get(agent)?.startedAs ?? known.spec }
  try {
    const headless = record.spec.mode === 'headless'
    // Each attempt begins with a conversation of its own.
    const isFresh = headless || startsPerAttempt(record.spec)
    const resume = isFresh ? null : resumedBy(store.facts, record, generation)
    const launch = headless
      ? seatOf(record, host)
      : (bridgeTo(record, host) ?? (await launchOf(record, resume, host, needs)))
    await applyFiles(host, launch)
    if (!headless) startConversation(store.facts, agent, { resume, session: launch.session })
    await loop.settled()
    const { cwd } = record.spec
    const started = await startWindowOf(
      host,
      agent,
      generation,
      {
        session: kernel.session,
        name: agent,
        nonce: '',
        argv: launch.argv,
        // A seat runs nothing of the agent's, nor does what shows an adopted one: they get no key.
        env:
          headless || record.spec.adopt !== null
            ? programEnv(host)
            : { ...envOf(record, launch, host), ORCHESTRA_TOKEN: needs.tokens.ofAgent(agent, generation) },
        cwd: headless ? null : cwd,
        timeoutMs: null,
        capture: false,
      },
      headless,
    )
    loop.dispatch({
      type: 'agent.started',
      at: clock.now(),
      agent,
      generation,
      machine,
      pid: started.pid,
      pane: started.pane,
    })
    await closeWindowsOf(host, agent, generation)
    if (generation > 1) await forgetOldGenerations(host, agent, generation)
  } catch (error) {
    // Not reached, or not written by our own store: nothing is known of the agent, the same generation is asked for
    // again. Refused or failed: it did not start.
    if (!(error instanceof OrchestraError) || error.kind === 'unreachable' || isOfStore(error)) throw error
    loop.dispatch({ type: 'agent.start_failed', at: clock.now(), agent, generation, reason: reasonOf(error) })
  }
}

/** Not after a stop came first, or another start of the same generation. */
function isStillWanted(agent: AgentRecord, asked: number): boolean {
  const { process, generation } = agent
  if (!isWantedNow(agent)) return false
  if (process.status === 'starting') return generation === asked
  return process.status !== 'alive' && generation < asked
}

/** What its CLI is given, in either mode: the machine's environment, its own keys, and above them what the layout says. */
export function envOf(
  { spec }: AgentRecord,
  launch: Pick<Launch, 'env'>,
  host: Host,
): Record<string, string> {
  return {
    ...programEnv(host, spec.behaviour),
    ...launch.env,
    ...spec.env,
  }
}

function seatOf({ spec, attempt }: AgentRecord, host: Host): Launch {
  const argv = ['sh', host.paths.seat, spec.id, agentDefinition(spec.behaviour).title, attempt ?? '']
  return { argv, env: {}, files: [], session: null }
}

/** The program in our pane shows the adopted agent's pane; null: the agent is not adopted. */
function bridgeTo({ spec: { adopt } }: AgentRecord, { paths, facts }: Host): Launch | null {
  if (adopt === null) return null
  const { socket, pane, pid } = adopt
  const argv = ['sh', paths.adopted, facts?.tmuxPath ?? 'tmux', socket, pane, String(pid)]
  return { argv, env: {}, files: [], session: null }
}

async function launchOf(
  record: AgentRecord,
  resume: string | null,
  host: Host,
  { versions }: AgentNeeds,
): Promise<Launch> {
  const { spec } = record
  const definition = agentDefinition(spec.behaviour)
  const plain = launchContext(record, spec.cwd, host)
  return definition.launch({
    ...plain,
    version: await versions.ask(spec, host),
    resume,
  })
}

/** For a new conversation with a CLI whose version nobody asked for. */
export function launchContext({ spec }: AgentRecord, cwd: string | null, host: Host): LaunchContext {
  const home = host.facts?.home ?? '~'
  const expand = (path: string) =>
    path === '~' ? home : path.startsWith('~/') ? `${home}/${path.slice(2)}` : path
  return {
    command: spec.command.length > 0 ? spec.command : agentDefinition(spec.behaviour).command,
    version: null,
    home,
    cwd: expand(cwd ?? '~'),
    agentDir: host.agentDir(spec.id),
    startDir: host.startDir(spec.id),
    reportProgram: host.paths.report,
    autoTrust: spec.autoTrust.map(expand),
    resume: null,
    sessionId: randomUUID(),
  }
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
