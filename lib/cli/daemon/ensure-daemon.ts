/** Starts the daemon of a layout's session, or finds the one that runs. */
import { fileURLToPath } from 'node:url'
import { dirname, join } from 'node:path'
import type { ApiClient } from '../../api/client.js'
import { readLayout } from '../../config/read-layout.js'
import { isHanging, isUnreachable, OrchestraError, type ErrorKind } from '../../core/errors.js'
import type { PlanStep, UpRequest, UpResponse } from '../../core/protocol/api.js'
import { homePaths, type DaemonFile } from '../../home/paths.js'
import { daemonClient, greetedClient } from './daemon-client.js'
import { layoutOptions } from './layout-options.js'
import { runningDaemon, sessionOfLayoutFile } from './locate.js'
import { sayIfOther } from './say-if-other.js'
import { directory } from './surroundings.js'
import type { VerbContext } from '../verb.js'

/** What the daemon says on its fourth descriptor once it listens, or why it cannot. */
export type DaemonGreeting =
  | {
      readonly ready: true
      readonly session: string
      readonly socket: string
      readonly store?: string
      readonly running: boolean
      /** How the request went that it was started with. */
      readonly up?: UpResponse | Refusal
    }
  | ({ readonly ready: false } & Refusal)

interface Refusal {
  readonly kind: ErrorKind
  readonly message: string
  readonly hint: string | null
  readonly asks?: readonly PlanStep[]
}

const START_DEADLINE_MS = 30_000

export interface FoundDaemon {
  readonly client: ApiClient
  readonly session: string
  readonly started: boolean
}

/** `layout` is an absolute path. The session's name is guessed from the file; the daemon's own reading decides. */
export async function ensureDaemon(layout: string, c: VerbContext): Promise<FoundDaemon> {
  const running = daemonOfLayout(layout, c)
  if (running !== null) {
    const client = daemonClient(running)
    const alive = await client.get('/v1/ping').then(
      () => true,
      (error: unknown) => {
        if (isHanging(error)) throw error
        return false
      },
    )
    if (alive) {
      await sayIfOther(running, c)
      return { client, session: running.session, started: false }
    }
  }
  const greeting = await startDaemonOf(layout, [], c)
  return { client: greetedClient(greeting), session: greeting.session, started: !greeting.running }
}

/** `up` by the daemon that runs, or by one that does it while it starts. */
export async function upByDaemon(
  request: UpRequest,
  c: VerbContext,
  isLast = false,
): Promise<{ readonly client: ApiClient; readonly answer: UpResponse }> {
  const running = daemonOfLayout(request.layout, c)
  if (running !== null) {
    const client = daemonClient(running)
    try {
      const answer = await client.post<UpResponse>('/v1/up', { ...request, ...shellOf(c) })
      await sayIfOther(running, c)
      return { client, answer }
    } catch (error) {
      // It was just being taken down: another one does it.
      if (!isUnreachable(error) || isHanging(error)) throw error
    }
  }
  const args = ['--up', JSON.stringify({ ...request, wait: false })]
  const greeting = await startDaemonOf(request.layout, args, c)
  const { up } = greeting
  const client = greetedClient(greeting)
  if (up === undefined) {
    try {
      return { client, answer: await client.post<UpResponse>('/v1/up', { ...request, ...shellOf(c) }) }
    } catch (error) {
      // Somebody else's, which began to stop since it answered.
      if (isLast || !isUnreachable(error) || isHanging(error)) throw error
      return upByDaemon(request, c, true)
    }
  }
  if (!('session' in up)) throw refused(up)
  if (!request.wait) return { client, answer: up }
  return { client, answer: alsoMade(up, await client.post<UpResponse>('/v1/up', request)) }
}

/** A daemon that we start has them by itself. */
function shellOf({ env, cwd }: VerbContext): Pick<UpRequest, 'env' | 'cwd'> {
  const set = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  return { env: Object.fromEntries(set) as Record<string, string>, cwd }
}

/** One `up` in two requests: what the first made is not for the second to tell. */
export function alsoMade(first: UpResponse, second: UpResponse): UpResponse {
  const both = (a: readonly string[], b: readonly string[]) => [...new Set([...a, ...b])]
  return {
    ...second,
    created: both(first.created, second.created),
    createdPanes: (first.createdPanes ?? 0) + (second.createdPanes ?? 0),
    changed: both(first.changed, second.changed),
    left: first.left,
    ...(first.steps === undefined ? {} : { steps: first.steps }),
  }
}

function daemonOfLayout(layout: string, c: VerbContext): DaemonFile | null {
  const guess = sessionOfLayoutFile(layout)
  return guess === undefined ? null : runningDaemon(homePaths(c.env), guess)
}

function refused({ kind, message, hint, asks }: Refusal): OrchestraError {
  const details = asks === undefined ? {} : { asks }
  return new OrchestraError(message, hint === null ? { kind, details } : { kind, hint, details })
}

/** The layout is read here while the daemon's process comes up: two processors, half the wait. */
function startDaemonOf(
  layout: string,
  args: readonly string[],
  c: VerbContext,
): Promise<DaemonGreeting & { ready: true }> {
  return startDaemon(['--layout', layout, '--told', ...args], c, async () =>
    JSON.stringify(await readLayout(layout, layoutOptions(c))),
  )
}

/** `args`: `--layout FILE` or `--session NAME`, and more. `tell`: what it gets on stdin. */
export async function startDaemon(
  args: readonly string[],
  c: VerbContext,
  tell?: () => Promise<string>,
): Promise<DaemonGreeting & { ready: true }> {
  const { spawn } = await import('node:child_process')
  const child = spawn(process.execPath, [...daemonArgs(), ...args], {
    cwd: '/',
    detached: true,
    env: daemonEnv(c),
    stdio: [tell === undefined ? 'ignore' : 'pipe', 'ignore', 'pipe', 'pipe'],
  })
  // It may have ended, and says why.
  child.stdin?.on('error', () => {})
  let stderr = ''
  child.stderr?.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString('utf8')).slice(-4000)))
  const telling = tell?.().then(
    (told) => void child.stdin?.end(told),
    (error: unknown) => {
      // With nothing to do it leaves.
      child.stdin?.end()
      throw error
    },
  )
  const greets = new Promise<string>((resolve, reject) => {
    let said = ''
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(
        new OrchestraError('the daemon did not start in time', {
          kind: 'failed',
          hint: stderr || 'It said nothing.',
        }),
      )
    }, START_DEADLINE_MS)
    child.once('error', reject)
    child.stdio[3]?.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8')
      if (said.endsWith('\n')) finish()
    })
    child.once('close', finish)
    function finish(): void {
      clearTimeout(timer)
      resolve(said)
    }
  })
  const [text] = await Promise.all([greets, telling])
  for (const stream of [child.stderr, child.stdio[3]]) stream?.destroy()
  child.unref()
  if (text === '')
    throw new OrchestraError('the daemon ended while it started', { kind: 'bug', hint: stderr })
  const greeting = JSON.parse(text) as DaemonGreeting
  if (greeting.ready) return greeting
  throw refused(greeting)
}

/** An agent may start an orchestra. It is not a process of that agent, to be ended with it, and nor is what it starts. */
export function daemonEnv(c: VerbContext): NodeJS.ProcessEnv {
  return { ...c.env, ORCHESTRA_CWD: directory() ?? '/', ORCHESTRA_START: undefined }
}

/** From the bundle its sibling; from the sources through the loader of development. */
export function daemonArgs(): string[] {
  const here = fileURLToPath(import.meta.url)
  if (here.endsWith('.cjs')) return [join(dirname(here), 'daemon.cjs')]
  return ['--import', 'tsx', join(dirname(here), '..', '..', 'daemon', 'main.ts')]
}
