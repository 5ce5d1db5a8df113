/** Runs the host scripts of the agents' session and reads their answers. */
import { fix } from '../core/fixes.js'
import { OrchestraError } from '../core/errors.js'
import { parsePaneId } from '../core/ids.js'
import type { PaneId } from '../core/ids.js'
import type { AgentSessionOptions } from './agent-session-options.js'
import { ENSURE_SCRIPT, KILL_SCRIPT } from './ensure-script.js'
import { serverConfig } from './server-config.js'

export interface ServerIdentity {
  readonly pid: number
  /** Seconds since the epoch, by that machine's clock. */
  readonly startTime: number
  readonly bootId: string
}

/** The server that we knew is gone and so are its agents; null: it is the same one, or we knew none. */
export type ServerReset = 'reboot' | 'server' | null

export interface EnsureResult {
  /** `created`: by this very call. */
  readonly session: 'created' | 'adopted'
  readonly server: ServerIdentity
  readonly reset: ServerReset
  /** Which server was ours is known from before; else nothing can be said of agents that are not there. */
  readonly isKnown: boolean
  /** An earlier version left a note of a server on another socket. */
  readonly hasOld: boolean
  /** The server lived on without its socket and was brought back. */
  readonly recovered: boolean
  /** Null: another session of this machine has it. */
  readonly bell: PaneId | null
  /** `tmux 3.3a` */
  readonly version: string
}

const TIMEOUT_MS = 20_000
const SERVER_NOTE = 'server'

export async function ensureAgentSession(options: AgentSessionOptions, name: string): Promise<EnsureResult> {
  return parseAnswer(await ensure(options, name, ''), name)
}

/** Makes no session: `absent` where there is none, with what became of the server that we knew. */
export async function adoptAgentSession(
  options: AgentSessionOptions,
  name: string,
): Promise<EnsureResult | { readonly session: 'absent'; readonly reset: ServerReset }> {
  const answer = await ensure(options, name, 'adopt')
  if (answer.get('result') !== 'absent') return parseAnswer(answer, name)
  const previous = parseIdentity(answer.get('previous') ?? '')
  const same = previous?.bootId === answer.get('boot')
  return { session: 'absent', reset: previous === undefined ? null : same ? 'server' : 'reboot' }
}

function ensure(
  options: AgentSessionOptions,
  name: string,
  how: '' | 'adopt',
): Promise<ReadonlyMap<string, string>> {
  const config = Buffer.from(serverConfig(options.historyLimit))
  return runScript(ENSURE_SCRIPT, options, name, [options.generation, how], config)
}

function parseAnswer(answer: ReadonlyMap<string, string>, name: string): EnsureResult {
  const server = parseIdentity(answer.get('server') ?? '')
  if (server === undefined) throw failed(name, 'tmux did not say who it is')
  const previous = parseIdentity(answer.get('previous') ?? '')
  const same = previous?.pid === server.pid && previous.startTime === server.startTime
  return {
    session: answer.get('made') === '1' ? 'created' : 'adopted',
    server,
    reset: previous === undefined || same ? null : previous.bootId === server.bootId ? 'server' : 'reboot',
    isKnown: previous !== undefined,
    hasOld: answer.get('old') === '1',
    recovered: answer.get('recovered') === '1',
    bell: parsePaneId(answer.get('bell') ?? '') ?? null,
    version: answer.get('version') ?? '',
  }
}

export async function killAgentSession(options: AgentSessionOptions, name: string): Promise<void> {
  await runScript(KILL_SCRIPT, options, name, [])
}

async function runScript(
  script: string,
  options: AgentSessionOptions,
  name: string,
  more: readonly string[],
  stdin?: Buffer,
): Promise<ReadonlyMap<string, string>> {
  const { exitCode, stdout, stderr } = await options.shell.run(script, {
    args: [
      options.tmux,
      options.socket,
      name,
      options.storeId,
      options.dir,
      options.tmuxTmpdir ?? '',
      options.note ?? SERVER_NOTE,
      ...more,
    ],
    timeoutMs: TIMEOUT_MS,
    ...(stdin === undefined ? {} : { stdin }),
  })
  const answer = new Map<string, string>()
  for (const line of stdout.toString('utf8').split('\n')) {
    const at = line.indexOf('=')
    if (at > 0) answer.set(line.slice(0, at), line.slice(at + 1))
  }
  const result = answer.get('result')
  if (result === 'ok' || result === 'absent') return answer
  if (result === 'deadly')
    throw new OrchestraError(`a window of ours would end the tmux server on socket ${options.socket}`, {
      kind: 'refused',
      hint: `It has \`window-size manual\` for all windows, and tmux ${answer.get('version') ?? ''} dies of the next one that is made in the background. Set it otherwise there (${fix('tmux.window-size', options.socket)}), or give the layout another tmux socket.`,
      details: { socket: options.socket, delivered: 'answered' },
    })
  if (result === 'foreign') throw foreign(options, answer)
  if (result === 'unreachable')
    throw new OrchestraError(`the tmux server ${answer.get('pid') ?? ''} lives but cannot be reached`, {
      kind: 'unreachable',
      hint: 'Its socket is gone and it did not make a new one. No second server was started: its agents are alive.',
      details: { pid: Number(answer.get('pid')), delivered: 'answered' },
    })
  throw failed(name, answer.get('error') ?? (stderr.trim() || `exit status ${exitCode}`))
}

function foreign(options: AgentSessionOptions, answer: ReadonlyMap<string, string>): OrchestraError {
  const session = answer.get('session') ?? ''
  return new OrchestraError(`tmux session ${session} is not ours`, {
    kind: 'refused',
    hint: `Rename it (${fix('tmux.rename', options.socket, session)}) or give this orchestra another session name.`,
    details: { session, stamp: answer.get('stamp') ?? '', delivered: 'answered' },
  })
}

function failed(name: string, why: string): OrchestraError {
  return new OrchestraError(`tmux session ${name} could not be made: ${why.trim()}`, {
    kind: 'failed',
    hint: `See \`${fix('doctor.ask')}\` for this machine.`,
    details: { session: name, delivered: 'answered' },
  })
}

function parseIdentity(text: string): ServerIdentity | undefined {
  const [pid, startTime, bootId = ''] = text.split(' ')
  return /^\d+$/.test(pid ?? '') && /^\d+$/.test(startTime ?? '')
    ? { pid: Number(pid), startTime: Number(startTime), bootId }
    : undefined
}
