/** Finds or makes the view session on the local server, and proves that it is ours. */
import type { Birth, OpenedView, ViewSessionOptions } from './opened-view.js'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fix } from '../core/fixes.js'
import { OrchestraError } from '../core/errors.js'
import { ControlClient, tmuxArgv } from './control-client.js'
import { heldSession, type Held } from './protocol/held-options.js'
import type { Command } from './protocol/quote.js'
import { inSession } from './protocol/targets.js'
import { environmentCommands, neutralServer } from './protocol/view-environment.js'
import { BOOT_INDEX, BOOT_WINDOW } from './protocol/view-plan.js'
import {
  askServer,
  CLIENT_FLAGS,
  ENDING_PAUSE_MS,
  ENDING_TRIES,
  findView,
  orLeave,
  readState,
} from './find-view.js'
import { compareTmuxVersions, parseTmuxVersion as parseServerVersion } from './server-info.js'
import { isServerThere } from './is-server-there.js'
import { SESSION_OPTIONS, userBindings, viewConfig } from './view-keys.js'

/** A session that was made before anybody knew for whom. It ends with our client, however that ends, until `own`. */
export interface BegunSession {
  own(storeId: string, birth: Birth): Promise<OpenedView>
  /** Resolves when nobody who attaches next can be harmed by it. */
  abandon(): Promise<void>
}

/**
 * null: there is no session and `birth` is null. Rejects `refused` when the name belongs to a session of the
 * person's own, `unreachable` when tmux does not answer.
 */
export async function openView(
  options: ViewSessionOptions,
  size: { readonly cols: number; readonly rows: number },
  birth: Birth | null,
  strict = false,
): Promise<OpenedView | null> {
  if (birth !== null && options.isProbablyNew === true) {
    const made = await createSession(options, options.session, size, birth).catch(onlyIfThere)
    if (made !== null) return made
  }
  const found = await findView(options)
  if (found.type === 'ours') return found.view
  if (birth === null && !strict) return null
  const taken = (name: string) => (found.type === 'names' ? found.taken.get(name) : undefined)
  const second = `${options.session}-${options.storeId}`
  const name = taken(options.session) === 'other' ? second : options.session
  if (taken(name) !== undefined) {
    throw new OrchestraError(`a tmux session called ${name} is there already, and it is not ours`, {
      kind: 'refused',
      hint: `Rename it (${fix('tmux.rename', options.address.socket, name)}), or give the layout another session name or tmux socket.`,
      details: { session: name, socket: options.address.socket },
    })
  }
  if (birth === null) return null
  return createSession(options, name, size, birth)
}

/** tmux refuses a second session of a name, and then nothing has happened. */
function onlyIfThere(error: unknown): null {
  const text = error instanceof OrchestraError ? error.details['text'] : undefined
  if (typeof text === 'string' && text.startsWith('duplicate session')) return null
  throw error
}

async function createSession(
  options: ViewSessionOptions,
  name: string,
  size: { readonly cols: number; readonly rows: number },
  birth: Birth,
): Promise<OpenedView> {
  await refuseDeadly(options)
  // The stamp comes with the session: a crash in between leaves nothing that nobody owns.
  const client = await startSession(options, name, size, [
    stamp(name, options.storeId),
    ...heldSession(inSession(name)),
  ])
  return bearSession(
    client,
    name,
    environmentCommands(inSession(name), options.environment ?? {}, null),
    [],
    birth,
    'all',
  )
}

/** See the quirk `window-size-manual`. */
const MANUAL_SIZE_FIXED = { major: 3, minor: 7, letter: '', text: '3.7' }

/** A person's server that would end, with all that is theirs, at our first window. */
async function refuseDeadly(options: ViewSessionOptions): Promise<void> {
  if (options.socketPath === undefined || !(await isServerThere(options.socketPath))) return
  const ask = ['show-options', '-gwqv', 'window-size', ';', 'display-message', '-p', '#{version}']
  const [size, version = ''] = (await askServer(options, ask))?.split('\n') ?? []
  const known = parseServerVersion(version)
  const isFixed = known !== undefined && compareTmuxVersions(known, MANUAL_SIZE_FIXED) >= 0
  if (size !== 'manual' || isFixed) return
  const { socket } = options.address
  throw new OrchestraError(`a window of ours would end the tmux server on socket ${socket}`, {
    kind: 'refused',
    hint: `It has \`window-size manual\` for all windows, and tmux ${version} dies of the next one that is made in the background. Set it otherwise (${fix('tmux.window-size', socket)}), or give the layout another tmux socket.`,
    details: { socket },
  })
}

/** Only where no server runs: nobody can have a session of that name there. */
export async function beginSession(
  options: Omit<ViewSessionOptions, 'storeId'>,
  size: { readonly cols: number; readonly rows: number },
): Promise<BegunSession> {
  const name = options.session
  const unattached: Command = ['set-option', '-t', inSession(name), 'destroy-unattached']
  const client = await startSession(options, name, size, [[...unattached, 'on']])
  const server = neutralServer(String((await orLeave(client, client.command(SHOW_GLOBAL))).body))
  const environment = environmentCommands(inSession(name), options.environment ?? {}, server)
  return {
    own: (storeId, birth) => {
      // One line is one step of tmux: it has our stamp, or it ends with us.
      const held = server === null ? 'all' : 'options'
      const line = [stamp(name, storeId), ...heldSession(inSession(name), held)]
      return bearSession(client, name, environment, line, birth, held)
    },
    abandon: () => client.leave('nobody came for it'),
  }
}

const SHOW_GLOBAL: Command = ['show-environment', '-g']

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
    // tmux would expand a format in it.
    ...(options.directory === undefined || options.directory.includes('#') ? [] : ['-c', options.directory]),
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
  environment: readonly Command[],
  first: readonly Command[],
  birth: Birth,
  held: Held,
): Promise<OpenedView> {
  const target = inSession(name)
  const line = SESSION_OPTIONS.map(([option, value]): Command => ['set-option', '-t', target, option, value])
  const ready = Promise.all([
    first.length === 0 ? [] : client.commands(first),
    readState(client, name),
    client.commands([...line, ...environment]),
  ])
  const born = birth(client, name, held)
  const [, { id, version }] = await orLeave(client, ready)
  return { client, id, name, version, isNew: true, held, born }
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

function reasonOf(error: OrchestraError): string {
  const reason = error.details['reason']
  return typeof reason === 'string' ? reason : ''
}

function configText(options: Pick<ViewSessionOptions, 'keys' | 'home'>): string {
  const own = options.keys === 'user' ? readIfThere(userConfigs(options.home)) : ''
  return viewConfig({ defaultTerminal: terminalName(options.home), extra: userBindings(own) })
}

function userConfigs(home: string): string[] {
  return [join(home, '.tmux.conf'), join(home, '.config/tmux/tmux.conf')]
}

function readIfThere(paths: readonly string[]): string {
  const path = paths.find((candidate) => statSync(candidate, { throwIfNoEntry: false })?.isFile())
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
