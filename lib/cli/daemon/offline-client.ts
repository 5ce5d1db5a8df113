/**
 * Serves verbs where no daemon runs: answers what only reads from the store, and says how old that is. The first request that
 * needs the daemon starts it again, which touches no agent.
 */
import { existsSync } from 'node:fs'
import { ApiClient, type StreamEvent } from '../../api/client.js'
import { identityLine } from '../../api/identity.js'
import { fix } from '../../core/fixes.js'
import type { StatusDocument } from '../../core/protocol/status.js'
import { formatAge } from '../../core/view/times.js'
import { homePaths, leftFile, type DaemonFile, type HomePaths } from '../../home/paths.js'
import { storedAnswers, type StoredAnswers } from '../../offline/answer-stored.js'
import type { VerbContext } from '../verb.js'
import { greetedClient } from './daemon-client.js'
import { startDaemon } from './ensure-daemon.js'
import { chosenSession, knownDaemons, ownSession } from './locate.js'
import { directory } from './surroundings.js'

interface Away {
  readonly session: string
  /** The file of a daemon that was killed; undefined: the daemon was taken down. */
  readonly crashed: DaemonFile | undefined
  /** The error that says that no daemon runs. */
  readonly error: unknown
}

/** @param isReading the verb changes nothing. @throws `error` where there is no store to answer from */
export async function withoutDaemon(error: unknown, isReading: boolean, c: VerbContext): Promise<ApiClient> {
  const paths = homePaths(c.env)
  const known = knownDaemons(paths)
  const session = chosenSession(known, c.session ?? ownSession(known, c.env), directory() ?? '/')
  const crashed = known.find((one) => one.session === session)?.crashed
  // An agent must start nothing that outlives it, and must read nothing that the daemon would refuse it.
  if (session === undefined || identityLine(crashed ?? { session }, 'GET', '/v1/report') !== '') throw error
  const answers = await storedAnswers(paths, session)
  if (answers === null) throw error
  const client = new OfflineClient({ session, crashed, error }, answers, c)
  if (!isReading) await client.bringBack()
  return client
}

/** The status that the store gives; null: there is no store. */
export async function storedStatus(paths: HomePaths, session: string): Promise<StatusDocument | null> {
  const answered = await (await storedAnswers(paths, session))?.answer('/v1/status')
  return (answered?.value as StatusDocument | undefined) ?? null
}

class OfflineClient extends ApiClient {
  readonly #away: Away
  readonly #answers: StoredAnswers
  readonly #context: VerbContext
  #saidAge = false
  #daemon: Promise<ApiClient> | undefined

  constructor(away: Away, answers: StoredAnswers, context: VerbContext) {
    super(() => Promise.reject(new Error('no daemon runs')))
    this.#away = away
    this.#answers = answers
    this.#context = context
  }

  override async get<T>(path: string): Promise<T> {
    if (this.#daemon !== undefined) return (await this.#daemon).get<T>(path)
    const answered = await this.#answers.answer(path)
    if (answered === undefined) return (await this.bringBack()).get<T>(path)
    this.#sayAge()
    return answered.value as T
  }

  override async post<T>(path: string, body: unknown = {}): Promise<T> {
    return (await this.bringBack()).post<T>(path, body)
  }

  override async stream(
    path: string,
    listener: (event: StreamEvent) => void,
    signal?: AbortSignal,
    opened?: () => void,
  ): Promise<void> {
    // After `down` there are no events to follow.
    if (this.#daemon === undefined && this.#away.crashed === undefined) throw this.#away.error
    await (await this.bringBack()).stream(path, listener, signal, opened)
  }

  /** Starts the daemon again with the layout it had: the daemon finds its agents and starts none. */
  bringBack(): Promise<ApiClient> {
    this.#daemon ??= this.#start()
    return this.#daemon
  }

  async #start(): Promise<ApiClient> {
    const { session, crashed } = this.#away
    const { err } = this.#context
    const file = crashed?.layout === undefined ? [] : ['--layout-file', crashed.layout]
    const greeting = await startDaemon(['--session', session, ...file], this.#context)
    const isLeft = crashed !== undefined || existsSync(leftFile(homePaths(this.#context.env), session))
    err(
      !isLeft
        ? `the daemon of ${session} was started again; its agents start by \`${fix('daemon.start')}\`\n`
        : `the daemon of ${session} was started again; its agents went on\n`,
    )
    return greetedClient(greeting)
  }

  #sayAge(): void {
    if (this.#saidAge) return
    this.#saidAge = true
    const { session, crashed } = this.#away
    const { storedAt } = this.#answers
    const why = crashed === undefined ? 'no daemon runs' : 'the daemon is gone'
    const age = formatAge(Math.max(0, Date.now() - storedAt))
    const at = new Date(storedAt).toISOString()
    this.#context.err(
      `${why} for session ${session}: this is from its store, as of ${at} (${age} ago); \`${fix('daemon.again', crashed?.layout)}\` starts it again\n`,
    )
  }
}
