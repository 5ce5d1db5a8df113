/**
 * The view among the sessions of the local server, known by its stamp: a person may have given it another name. The list
 * comes from an ordinary client, since attaching to a session that is not ours only to look at it can end a server.
 */
import { fix } from '../core/fixes.js'
import { OrchestraError } from '../core/errors.js'
import { parseTmuxVersion, type TmuxVersion } from '../core/layout/tmux-layout-names.js'
import { within } from '../exec/within.js'
import { isAlive } from '../home/is-alive.js'
import { ControlClient, tmuxArgv } from './control-client.js'
import { isServerThere } from './is-server-there.js'
import { heldSession, heldWindow } from './protocol/held-options.js'
import { PANE_BORDER_FORMAT } from './protocol/view-plan.js'
import { exactSession, inSession } from './protocol/targets.js'
import type { OpenedView, ViewSessionOptions } from './opened-view.js'

/** Of every control client of a view. */
export const CLIENT_FLAGS = 'no-output,ignore-size'
/** An ending server was seen to need up to 16 ms more, and longer with many panes on a busy machine. */
export const ENDING_TRIES = 20
export const ENDING_PAUSE_MS = 25
const LIST_MS = 5000
/** What a person can do about a server that hangs. */
export const HANGS = `Its server is stopped or stuck. Agents go on, and so does the view when tmux does (\`${fix('tmux.continue')}\` where it was stopped).`

export type Found =
  | { readonly type: 'ours'; readonly view: OpenedView }
  /** Names that sessions have which are not this view, and whether another orchestra made them. */
  | { readonly type: 'names'; readonly taken: ReadonlyMap<string, 'other' | 'unstamped'> }
  | { readonly type: 'noServer' }

interface SessionRow {
  readonly id: string
  readonly store: string
  readonly name: string
}

export async function findView(options: ViewSessionOptions): Promise<Found> {
  if (options.socketPath !== undefined && !(await isServerThere(options.socketPath)))
    return { type: 'noServer' }
  const rows = await listSessions(options)
  if (rows === null) return { type: 'noServer' }
  for (const { id, store } of rows) {
    if (store !== options.storeId) continue
    const view = await open(options, id)
    if (view !== null) return { type: 'ours', view }
  }
  return {
    type: 'names',
    taken: new Map(rows.map(({ name, store }) => [name, store === '' ? 'unstamped' : 'other'])),
  }
}

/** null: no server answers. Sessions of agents have stamps, too, and are left out. */
async function listSessions(options: ViewSessionOptions): Promise<readonly SessionRow[] | null> {
  const format = '#{session_id}\t#{@orch_store}\t#{@orch_session}\t#{session_name}'
  const said = await askServer(options, ['list-sessions', '-F', format])
  if (said === null) return null
  return said
    .split('\n')
    .map((line) => line.split('\t'))
    .filter(([id = '', , agents]) => /^\$\d+$/.test(id) && agents === '')
    .map(([id = '', store = '', , name = '']) => ({ id, store, name }))
}

/** What an ordinary client prints; null: there is no server, or it refused. */
export async function askServer(
  { link, address }: Pick<ViewSessionOptions, 'link' | 'address'>,
  args: readonly string[],
): Promise<string | null> {
  const held = await link.hold(tmuxArgv(address, ['-N', ...args]))
  let said = ''
  held.stdout.on('data', (chunk: Buffer) => (said += chunk.toString('latin1')))
  let end: { readonly exitCode: number | null } | undefined
  await within(
    LIST_MS,
    held.closed.then((closed) => (end = closed)),
  )
  if (end === undefined) {
    held.kill()
    const reason = `no answer from tmux in ${LIST_MS} ms`
    throw new OrchestraError(`tmux -L ${address.socket} does not answer: ${reason}`, {
      kind: 'unreachable',
      hint: HANGS,
      details: { reason, delivered: 'unknown', hangs: true },
    })
  }
  return end.exitCode === 0 ? Buffer.from(said, 'latin1').toString('utf8') : null
}

/** null: it has gone, or is not ours after all: a format takes the stamp of a pane where the session has none. */
async function open(options: ViewSessionOptions, id: string): Promise<OpenedView | null> {
  const attach = ['attach-session', '-t', exactSession(id), '-f', CLIENT_FLAGS]
  let client: ControlClient
  try {
    // -N: a server that is not there is not started only to be asked.
    client = await ControlClient.open(options.link, tmuxArgv(options.address, ['-N', '-C', ...attach]))
  } catch (error) {
    if (error instanceof OrchestraError && error.details['delivered'] === 'answered') return null
    throw error
  }
  const state = await orLeave(client, readState(client, id))
  if (state.store === options.storeId) {
    await orLeave(client, holdAgain(client, id))
    await orLeave(client, endStaleClients(client, id))
    return { client, id, name: state.name, version: state.version, isNew: false, held: 'all' }
  }
  await client.leave()
  return null
}

/** @param session a name or an id */
export async function readState(
  client: ControlClient,
  session: string,
): Promise<{ store: string; id: string; name: string; version: TmuxVersion | undefined }> {
  const target = inSession(session)
  const format = '#{session_id}\t#{version}\t#{session_name}'
  const [stamp, said] = await client.commands([
    ['show-options', '-qv', '-t', target, '@orch_store'],
    ['display-message', '-p', '-t', target, format],
  ])
  const [id = '', version = '', name = ''] = String(said?.body ?? '').split('\t')
  return { store: String(stamp?.body ?? ''), id, name, version: parseTmuxVersion(version) }
}

/** An earlier version of ours left more of it to the server, or its daemon ended before it said the rest. */
export async function holdAgain(client: ControlClient, name: string): Promise<void> {
  const list = ['list-windows', '-t', inSession(name), '-F', '#{window_id} #{@orch_window}']
  const [windows] = await Promise.all([client.command(list), client.commands(heldSession(inSession(name)))])
  const ours = windows.body.toString('utf8').matchAll(/^(@\d+) \S+$/gm)
  // One that is closed meanwhile is no reason to fail.
  await Promise.allSettled(
    [...ours].map(([, id = '']) =>
      client.commands([
        ...heldWindow(id),
        ['set-option', '-w', '-t', id, 'pane-border-format', PANE_BORDER_FORMAT],
      ]),
    ),
  )
}

/** Nobody but us knows of that client yet. */
export async function orLeave<T>(client: ControlClient, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    await client.leave('it was of no use')
    throw error
  }
}

/**
 * Of a daemon that was killed: tmux waits for ever to be rid of its client, and cannot end itself meanwhile. Whoever has
 * the store is the only one to look on, so they are all dead; a person's control client has other flags.
 */
async function endStaleClients(client: ControlClient, name: string): Promise<void> {
  const own = await client.command(['display-message', '-p', '#{client_pid}'])
  const stale = (await clientsLikeOurs(client, name)).filter(
    (pid) => pid > 1 && pid !== Number(own.body.toString('utf8')),
  )
  for (const pid of stale) {
    try {
      process.kill(pid, 'SIGTERM')
    } catch {
      // It went by itself.
    }
  }
  // All control clients are told that they go: nobody may connect meanwhile (see alone-on-server).
  for (let tries = 0; stale.length > 0 && tries < ENDING_TRIES; tries++) {
    const left = await clientsLikeOurs(client, name)
    if (!stale.some((pid) => left.includes(pid) || isAlive(pid))) return
    await new Promise((resolve) => setTimeout(resolve, ENDING_PAUSE_MS))
  }
}

async function clientsLikeOurs(client: ControlClient, name: string): Promise<number[]> {
  const format = '#{client_pid} #{client_flags}'
  const reply = await client.command(['list-clients', '-t', exactSession(name), '-F', format])
  const wanted = ['control-mode', ...CLIENT_FLAGS.split(',')]
  return reply.body
    .toString('utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, flags = '']) => wanted.every((flag) => flags.split(',').includes(flag)))
    .map(([pid]) => Number(pid))
}
