/** `node daemon`: one session's daemon, started by `up` or by hand. Says on descriptor 3 when it listens, or why not. */
import { existsSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { ApiServer } from '../api/server.js'
import { LayoutReader } from '../config/layout-reader.js'
import { readLayout, type ReadLayout } from '../config/read-layout.js'
import { neutralEnv } from '../core/environment/environment.js'
import { OrchestraError, messageOf } from '../core/errors.js'
import { fileProblem } from '../core/file-problem.js'
import { ownerOfSocket } from '../core/principal.js'
import { parseSessionName, type SessionName } from '../core/ids.js'
import type { ViewName } from '../core/layout/model.js'
import type { PlanStep, UpRequest, UpResponse } from '../core/protocol/api.js'
import {
  daemonFile,
  homePaths,
  leftFile,
  sessionDir,
  socketPath,
  type DaemonFile,
  type HomePaths,
} from '../home/paths.js'
import { makeDir } from '../home/make-dir.js'
import { packageRoot } from '../home/package-root.js'
import { version } from '../home/version.js'
import { LocalLink } from '../exec/local-link.js'
import type { SessionStore } from '../store/port.js'
import type { Daemon } from './daemon.js'
import { EarlyView } from './view/early-view.js'
import { layoutOptions } from './kernel/layout-options.js'
import { LocalEnvironment } from './machines/local-environment.js'
import { stayFound } from './boot/stay-found.js'
import { writeDaemonFile } from './boot/write-daemon-file.js'

/** After the start, when there is much to do. */
const READERS_MS = 500
/** When the agents are there, too. */
const HOLD_MS = 2000

interface Greeting {
  readonly ready: boolean
  readonly [key: string]: unknown
}

/** What a start takes away again that fails. */
let undo = async (): Promise<void> => {}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      layout: { type: 'string' },
      /** Whoever starts us reads it meanwhile: it comes on stdin. */
      told: { type: 'boolean' },
      session: { type: 'string' },
      /** That of the daemon before, for hints: it is not read. */
      'layout-file': { type: 'string' },
      foreground: { type: 'boolean' },
      paused: { type: 'boolean' },
      /** Says whether the store can be read, and ends. */
      check: { type: 'boolean' },
      up: { type: 'string' },
    },
  })
  const paths = homePaths()
  const read = values.told === true ? toldLayout() : await ownReading(values.layout, paths)
  const session = read?.layout.session ?? sessionNamed(values.session)
  const dir = sessionDir(paths, session)
  if (values.check === true) {
    await (await import('../store/check-store.js')).checkStore(dir, version())
    greet({ ready: true, session, socket: socketPath(paths, session), running: false })
    process.exit(0)
  }
  makeStateDir(dir)
  const request = values.up === undefined ? null : (JSON.parse(values.up) as UpRequest)
  const environment = new LocalEnvironment(dir)
  const place = {
    link: new LocalLink({ env: () => neutralEnv(environment.shell) }),
    environment,
    session,
    stateDir: dir,
    viewArgv: (view: ViewName) => viewArgv(view, session),
  }
  const early = read === null || request === null ? null : await EarlyView.begin(read.layout, request, place)
  if (early !== null) undo = () => early.abandon()
  const { openStore } = await import('../store/open-store.js')
  const open = () => openStore(dir, { now: Date.now, version: version() })
  const store = await openOrYield(open, session, paths, values.foreground === true)
  if (store === null) return
  await early?.own(store.id)
  const { apiOf, applyUp, asPrincipal, confirmed, Daemon, openLog, serveApi } = await import('./program.js')
  if (request === null) environment.keepIn(store.facts, false)
  const { log, rotate } = openLog(join(dir, 'daemon.log'))
  let end = async (_how: string): Promise<void> => process.exit(1)
  const storeLost = (error: unknown) => {
    log.fatal({ err: error }, 'what was decided is not kept by the store')
    void end('store lost')
  }
  const layouts = new LayoutReader()
  if (values.layout !== undefined && read !== null) layouts.keep(values.layout, layoutOptions(paths), read)
  const daemon = new Daemon({
    ...place,
    layouts,
    paths,
    store,
    log,
    rotateLog: rotate,
    storeLost,
    end: () => setTimeout(() => void end('down'), 20),
    early,
    version: version(),
  })
  // Before a first layout counts, nobody else can have made what stands there.
  undo = async () => {
    if (daemon.loop.state.layout === null) await daemon.parts.view.destroy()
  }

  const servers: ApiServer[] = []
  let leave = () => {}
  let ending = false
  end = async (how) => {
    if (ending) return
    ending = true
    log.info({ how }, 'the daemon ends')
    setTimeout(() => process.exit(1), 5000).unref()
    await daemon.stop().catch((error: unknown) => log.error({ err: error }, 'while ending'))
    leave()
    // First the file that leads to us, then the lock: nobody finds a daemon that does not answer.
    rmSync(daemonFile(paths, session), { force: true })
    await Promise.all(servers.map((server) => server.close()))
    store.close({ isEnding: true })
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end(signal))
  // The terminal that started us may close.
  process.on('SIGHUP', () => {})
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'a bug: unhandled rejection'))
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'a bug: uncaught exception')
    void end('bug')
  })

  // `up` and `down` start a daemon for a person.
  const starter = ownerOfSocket(process.getuid?.() ?? 0)
  const socket = socketPath(paths, session)
  const start = async (): Promise<unknown> => {
    await daemon.start(request !== null)
    return request === null || read === null
      ? undefined
      : upAtStart(daemon, () => applyUp(daemon, request, starter, read))
  }
  daemon.parts.github.obeyBy((...asked) => asPrincipal(daemon, ...asked))
  const served = apiOf(daemon)
  const serve = () => serveApi(served, socket)
  const serving = serve()
  daemon.parts.doors.serve(async (spec) => (await import('../api/transports/tcp.js')).serveTcp(served, spec))
  if (values.paused === true) daemon.pause(starter)
  const [api, done] = await Promise.all([serving, start()])
  servers.push(api)
  // The very first `up` was refused: there is nothing to serve. Or nobody has agreed yet: all stays as it was found.
  if (isRefusal(done) && (daemon.loop.state.layout === null || done.asks !== undefined)) {
    if (early !== null && done.asks !== undefined) undo = () => daemon.parts.view.destroy()
    await undo().catch((error: unknown) => log.error({ err: error }, 'a view is left'))
    greet({ ready: false, ...done })
    return end('refused')
  }
  const layoutFile = values.layout ?? values['layout-file']
  const own: DaemonFile = {
    session,
    pid: process.pid,
    socket,
    version: version(),
    started_at: daemon.startedAt,
    store: store.id,
    ...(layoutFile === undefined ? {} : { layout: layoutFile }),
  }
  publish(paths, own)
  leave = stayFound(
    [
      { path: socket, restore: async () => void servers.push(await serve()) },
      {
        path: daemonFile(paths, session),
        restore: () => {
          makeDir(dir)
          publish(paths, own)
        },
      },
    ],
    (error) => log.error({ err: error }, 'what leads to us is gone'),
  )
  await confirmed(daemon.loop)
  log.info({ session, pid: process.pid, store: store.id, driver: store.driver }, 'the daemon listens')
  greet({
    ready: true,
    session,
    socket,
    store: store.id,
    running: false,
    ...(done === undefined ? {} : { up: done }),
  })
  // An `up` that asked for us has its answer.
  setImmediate(() => {
    if (request !== null) environment.keepIn(store.facts, true)
    daemon.parts.housekeeper.begin(store.generation === 1)
  })
  setTimeout(() => void daemon.parts.view.hold(), HOLD_MS).unref()
  setTimeout(() => {
    void loadReaders()
    for (const problem of store.facts.problems()) log.warn({ problem }, 'a fact in the store is ignored')
  }, READERS_MS).unref()
}

/** What reads layouts and requests: the first of them need not wait for it. */
async function loadReaders(): Promise<void> {
  await import('../config/load-layout.js')
  await import('../api/zod.js')
}

/** Nothing comes when it could not be read, or its reader was ended: they say so themselves. */
function toldLayout(): ReadLayout {
  const text = readFileSync(0, 'utf8')
  if (text === '') process.exit(2)
  return JSON.parse(text) as ReadLayout
}

async function ownReading(path: string | undefined, paths: HomePaths): Promise<ReadLayout | null> {
  return path === undefined ? null : readLayout(path, layoutOptions(paths))
}

function makeStateDir(dir: string): void {
  try {
    makeDir(dir)
  } catch (cause) {
    const problem = fileProblem(cause)
    if (problem === undefined) throw cause
    const hint = 'Everything is kept there; ORCHESTRA_HOME=DIR moves it to a directory of your choice.'
    throw new OrchestraError(problem, { kind: 'failed', hint, cause })
  }
}

/** What `up` asked for that started us, in the same breath. Its refusal is an answer: the daemon stays. */
async function upAtStart(daemon: Daemon, up: () => Promise<UpResponse>): Promise<unknown> {
  try {
    return await up()
  } catch (error) {
    const { layout } = daemon.loop.state
    const refusal = refusalOf(error)
    // Nobody has agreed: nothing goes on that did not go on before.
    if (layout !== null && refusal.asks === undefined) await daemon.resume(layout)
    return refusal
  }
}

interface Refusal {
  readonly kind: string
  readonly message: string
  readonly hint: string | null
  readonly asks?: readonly PlanStep[]
}

function isRefusal(done: unknown): done is Refusal {
  return typeof done === 'object' && done !== null && 'kind' in done && 'message' in done
}

function refusalOf(error: unknown): Refusal {
  const message = messageOf(error)
  if (error instanceof OrchestraError) {
    const asks = error.details['asks'] as readonly PlanStep[] | undefined
    return { kind: error.kind, message, hint: error.hint ?? null, ...(asks === undefined ? {} : { asks }) }
  }
  const file = fileProblem(error)
  if (file !== undefined) return { kind: 'failed', message: file, hint: null }
  return { kind: 'bug', message, hint: error instanceof Error ? (error.stack ?? null) : null }
}

const YIELD_MS = 15_000

/** Another one that works leaves us nothing to do (null); one that is just ending is waited for. */
async function openOrYield(
  open: () => Promise<SessionStore>,
  session: SessionName,
  paths: HomePaths,
  foreground: boolean,
): Promise<SessionStore | null> {
  const deadline = performance.now() + YIELD_MS
  for (;;) {
    try {
      return await open()
    } catch (error) {
      const isLocked = error instanceof OrchestraError && error.details['store'] === 'locked'
      if (!isLocked || foreground || performance.now() > deadline) throw error
    }
    // Theirs now is the server, and whatever they do there.
    await undo()
    const socket = socketPath(paths, session)
    if (existsSync(daemonFile(paths, session)) && (await answers(socket))) {
      greet({ ready: true, session, socket, running: true })
      return null
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Its file stands once the daemon has started, and goes first when it ends. One that is stopping will not do more. */
async function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ socketPath: socket, path: '/v1/ping', timeout: 1000 }, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')))
      response.once('end', () => resolve(response.statusCode === 200 && !body.includes('"stopping":true')))
    })
    request.once('error', () => resolve(false))
    request.once('timeout', () => request.destroy())
  })
}

function sessionNamed(named: string | undefined): SessionName {
  const session = parseSessionName(named ?? '')
  if (session !== undefined) return session
  throw new OrchestraError('the daemon needs --layout or --session', { kind: 'usage' })
}

function publish(paths: HomePaths, file: DaemonFile): void {
  writeDaemonFile(paths, file)
  writeFileSync(leftFile(paths, file.session), '', { mode: 0o600 })
}

/** A view's pane runs our own program; tmux may have another environment than we have. */
function viewArgv(view: ViewName, session: string): string[] {
  const home = process.env['ORCHESTRA_HOME']
  const env = home === undefined ? [] : [`ORCHESTRA_HOME=${home}`]
  return [
    'env',
    ...env,
    process.execPath,
    join(packageRoot(), 'dist', 'orchestra.cjs'),
    'monitor',
    '--view',
    view,
    '--session',
    session,
  ]
}

function greet(greeting: Greeting): void {
  try {
    writeSync(3, `${JSON.stringify(greeting)}\n`)
  } catch {
    // Nobody waits for it: started by hand, by systemd, or the one who started us is gone.
    if (greeting.ready) return
    const hint = greeting['hint']
    process.stderr.write(
      `orchestra daemon: ${String(greeting['message'])}\n${typeof hint === 'string' ? `  ${hint}\n` : ''}`,
    )
  }
}

main().catch(async (error: unknown) => {
  await undo().catch(() => {})
  const refusal = refusalOf(error)
  greet({ ready: false, ...refusal })
  process.exit(refusal.kind === 'usage' ? 2 : 1)
})
