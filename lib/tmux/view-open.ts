/** Finds or makes the view session on the local server, and proves that it is ours. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '../core/environment/environment.js'
import { OrchestraError } from '../core/errors.js'
import { parseTmuxVersion, type TmuxVersion } from '../core/layout/tmux-layout-names.js'
import { isAlive } from './alone-on-server.js'
import { ControlClient, type ControlLink, type TmuxAddress, tmuxArgv } from './control-client.js'
import { heldSession, heldWindow } from './protocol/held-options.js'
import type { Command } from './protocol/quote.js'
import { exactSession, inSession } from './protocol/targets.js'
import { environmentCommands } from './protocol/view-environment.js'
import { BOOT_INDEX, BOOT_WINDOW, type ViewStep } from './protocol/view-plan.js'
import { isServerThere } from './is-server-there.js'
import { SESSION_OPTIONS, userBindings, viewConfig } from './view-keys.js'

export interface ViewSessionOptions {
  /** Without TMUX in its environment: a daemon that was started inside tmux must not nest. */
  readonly link: ControlLink
  readonly address: TmuxAddress
  readonly session: string
  /** Short id of the store: the stamp that says whose session it is. */
  readonly storeId: string
  /** Where the server's configuration is written before a server starts. */
  readonly configPath: string
  readonly keys: 'own' | 'user'
  /** `$HOME`: for the person's `.tmux.conf` and terminfo. */
  readonly home: string
  /** Of panes in the session, whoever's server it is. */
  readonly environment?: Environment
  /** Of the server, if that is known: where nobody answers there, nobody need be asked. */
  readonly socketPath?: string
  /** Nothing is known of a session of ours: to make it is tried before it is looked for. */
  readonly isProbablyNew?: boolean
}

export interface OpenedView {
  readonly client: ControlClient
  /** The layout's session name, or `<name>-<storeId>` where another orchestra has that name. */
  readonly name: string
  readonly version: TmuxVersion | undefined
  readonly isNew: boolean
  /** How its birth goes. */
  readonly born?: Promise<readonly ViewStep[]>
}

/** What to do with a session that was just made, before anything was heard of it. */
export type Birth = (client: ControlClient, name: string) => Promise<readonly ViewStep[]>

/** A session that was made before anybody knew for whom. It ends with our client, however that ends, until `own`. */
export interface BegunSession {
  own(storeId: string, birth: Birth): Promise<OpenedView>
  /** Resolves when nobody who attaches next can be harmed by it. */
  abandon(): Promise<void>
}

const CLIENT_FLAGS = 'no-output,ignore-size'
/** An ending server was seen to need up to 16 ms more, and longer with many panes on a busy machine. */
const ENDING_TRIES = 20
const ENDING_PAUSE_MS = 25

/**
 * null: there is no session and `birth` is null. Rejects `refused` when the name belongs to a session of the
 * person's own, `unreachable` when tmux does not answer.
 */
export async function openView(
  options: ViewSessionOptions,
  size: { readonly cols: number; readonly rows: number },
  birth: Birth | null,
): Promise<OpenedView | null> {
  if (birth !== null && options.isProbablyNew === true) {
    const made = await createSession(options, options.session, size, birth).catch(onlyIfThere)
    if (made !== null) return made
  }
  const second = `${options.session}-${options.storeId}`
  const found = await findSession(options, options.session)
  if (found.type === 'ours') return found.view
  const other = found.type === 'noServer' ? found : await findSession(options, second)
  if (other.type === 'ours') return other.view
  if (birth === null) return null
  if (found.type === 'unstamped' || other.type === 'unstamped') {
    const name = found.type === 'unstamped' ? options.session : second
    throw new OrchestraError(`a tmux session called ${name} is there already, and it is not ours`, {
      kind: 'refused',
      hint: `Rename it (tmux -L ${options.address.socket} rename-session -t =${name} NEW), or give the layout another session name or tmux socket.`,
      details: { session: name, socket: options.address.socket },
    })
  }
  return createSession(options, found.type === 'other' ? second : options.session, size, birth)
}

/** tmux refuses a second session of a name, and then nothing has happened. */
function onlyIfThere(error: unknown): null {
  const text = error instanceof OrchestraError ? error.details['text'] : undefined
  if (typeof text === 'string' && text.startsWith('duplicate session')) return null
  throw error
}

type Found =
  | { readonly type: 'ours'; readonly view: OpenedView }
  | { readonly type: 'other' | 'unstamped' | 'none' | 'noServer' }

async function findSession(options: ViewSessionOptions, name: string): Promise<Found> {
  if (options.socketPath !== undefined && !(await isServerThere(options.socketPath)))
    return { type: 'noServer' }
  const attach = ['attach-session', '-t', exactSession(name), '-f', CLIENT_FLAGS]
  let client: ControlClient
  try {
    // -N: a server that is not there is not started only to be asked.
    client = await ControlClient.open(options.link, tmuxArgv(options.address, ['-N', '-C', ...attach]))
  } catch (error) {
    if (!(error instanceof OrchestraError)) throw error
    if (error.details['delivered'] === 'answered') return { type: 'none' }
    if (isNoServer(reasonOf(error))) return { type: 'noServer' }
    throw error
  }
  const state = await orLeave(client, readState(client, name))
  if (state.store === options.storeId) {
    await orLeave(client, holdAgain(client, name))
    await orLeave(client, endStaleClients(client, name))
    return { type: 'ours', view: { client, name, version: state.version, isNew: false } }
  }
  await client.leave()
  return { type: state.store === '' ? 'unstamped' : 'other' }
}

/** An earlier version of ours left more of it to the server. */
async function holdAgain(client: ControlClient, name: string): Promise<void> {
  const list = ['list-windows', '-t', inSession(name), '-F', '#{window_id} #{@orch_window}']
  const [windows] = await Promise.all([client.command(list), client.commands(heldSession(inSession(name)))])
  const ours = windows.body.toString('utf8').matchAll(/^(@\d+) \S+$/gm)
  // One that is closed meanwhile is no reason to fail.
  await Promise.allSettled([...ours].map(([, id = '']) => client.commands(heldWindow(id))))
}

/** Nobody but us knows of that client yet. */
async function orLeave<T>(client: ControlClient, work: Promise<T>): Promise<T> {
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

async function createSession(
  options: ViewSessionOptions,
  name: string,
  size: { readonly cols: number; readonly rows: number },
  birth: Birth,
): Promise<OpenedView> {
  // The stamp comes with the session: a crash in between leaves nothing that nobody owns.
  const client = await startSession(options, name, size, [
    stamp(name, options.storeId),
    ...heldSession(inSession(name)),
  ])
  return bearSession(client, name, options.environment ?? {}, [], birth)
}

/** Only where no server runs: nobody can have a session of that name there. */
export async function beginSession(
  options: Omit<ViewSessionOptions, 'storeId'>,
  size: { readonly cols: number; readonly rows: number },
): Promise<BegunSession> {
  const name = options.session
  const unattached: Command = ['set-option', '-t', inSession(name), 'destroy-unattached']
  const client = await startSession(options, name, size, [[...unattached, 'on']])
  return {
    own: (storeId, birth) => {
      // One line is one step of tmux: it has our stamp, or it ends with us.
      const line = [stamp(name, storeId), ...heldSession(inSession(name))]
      return bearSession(client, name, options.environment ?? {}, line, birth)
    },
    abandon: () => client.leave('nobody came for it'),
  }
}

function stamp(name: string, storeId: string): Command {
  return ['set-option', '-t', inSession(name), '@orch_store', storeId]
}

/** `first`: runs in one step with the session's creation: there is no moment in which a killed daemon takes it along. */
async function startSession(
  options: Omit<ViewSessionOptions, 'storeId'>,
  name: string,
  size: { readonly cols: number; readonly rows: number },
  first: readonly Command[],
): Promise<ControlClient> {
  writeFileSync(options.configPath, configText(options), { mode: 0o600 })
  const words = (text: string) => text.split(' ')
  // A bare `=NAME` is no target for set-option, which looks for a pane.
  const target = inSession(name)
  const argv = [
    '-f',
    options.configPath,
    ...words(
      `-C new-session -s ${name} -n ${BOOT_WINDOW} -x ${size.cols} -y ${size.rows} -f ${CLIENT_FLAGS}`,
    ),
    ...words('-- sleep 2147483647'),
    ...first.flatMap((command) => [';', ...command.map(String)]),
    ...words(`; set-option -w -t ${target} @orch_window ${BOOT_WINDOW}`),
    ...words(`; move-window -s ${target} -t ${target}${BOOT_INDEX}`),
  ]
  return openPatiently(() => ControlClient.open(options.link, tmuxArgv(options.address, argv)))
}

async function bearSession(
  client: ControlClient,
  name: string,
  environment: Environment,
  first: readonly Command[],
  birth: Birth,
): Promise<OpenedView> {
  const target = inSession(name)
  const line = SESSION_OPTIONS.map(([option, value]): Command => ['set-option', '-t', target, option, value])
  const ready = Promise.all([
    first.length === 0 ? [] : client.commands(first),
    readState(client, name),
    client.commands([...line, ...environmentCommands(target, environment, null)]),
  ])
  const born = birth(client, name)
  const [, { version }] = await orLeave(client, ready)
  return { client, name, version, isNew: true, born }
}

/** A server that is just ending takes newcomers with it; once it is gone, the next one starts a new server. */
async function openPatiently(open: () => Promise<ControlClient>): Promise<ControlClient> {
  for (let tries = 1; ; tries++) {
    try {
      return await open()
    } catch (error) {
      const reason = error instanceof OrchestraError ? reasonOf(error) : ''
      if (tries === ENDING_TRIES || !/server exited|lost server/.test(reason)) throw error
      await new Promise((resolve) => setTimeout(resolve, ENDING_PAUSE_MS))
    }
  }
}

async function readState(
  client: ControlClient,
  name: string,
): Promise<{ store: string; version: TmuxVersion | undefined }> {
  const format = '#{@orch_store}\t#{version}'
  const reply = await client.command(['display-message', '-p', '-t', inSession(name), format])
  const [store = '', version = ''] = reply.body.toString('utf8').split('\t')
  return { store, version: parseTmuxVersion(version) }
}

function reasonOf(error: OrchestraError): string {
  const reason = error.details['reason']
  return typeof reason === 'string' ? reason : ''
}

function isNoServer(reason: string): boolean {
  return /no server running|error connecting|no sessions|server exited|lost server/.test(reason)
}

function configText(options: Pick<ViewSessionOptions, 'keys' | 'home'>): string {
  const own = options.keys === 'user' ? readIfThere(userConfigs(options.home)) : ''
  return viewConfig({ defaultTerminal: terminalName(options.home), extra: userBindings(own) })
}

function userConfigs(home: string): string[] {
  return [join(home, '.tmux.conf'), join(home, '.config/tmux/tmux.conf')]
}

function readIfThere(paths: readonly string[]): string {
  const path = paths.find((candidate) => existsSync(candidate))
  return path === undefined ? '' : readFileSync(path, 'utf8')
}

/** `tmux-256color` where its description is installed; macOS and small systems lack it. */
function terminalName(home: string): string {
  const roots = [
    join(home, '.terminfo'),
    '/etc/terminfo',
    '/lib/terminfo',
    '/usr/share/terminfo',
    '/usr/lib/terminfo',
  ]
  const isThere = roots.some((root) =>
    ['t', '74'].some((dir) => existsSync(join(root, dir, 'tmux-256color'))),
  )
  return isThere ? 'tmux-256color' : 'screen-256color'
}
