/** Looks now and then after what a daemon that runs for weeks would let grow old or long: backups, and its own log. */
import { messageOf } from '../../core/errors.js'
import type { Finding } from '../../core/protocol/doctor.js'
import { formatDuration, type Millis } from '../../core/time.js'
import type { Backups } from '../../store/port.js'
import type { Logger } from '../kernel/log.js'
import type { Part } from '../kernel/part.js'

const LOOK_EVERY_MS: Millis = 60_000
const DAY: Millis = 86_400_000
/** A backup that failed is tried again so often. */
const RETRY_MS: Millis = 15 * 60_000
/** A new session has something to lose after this. */
const FIRST_MS: Millis = 15 * 60_000
/** Then something keeps us from making the next. */
const OLD_MS: Millis = 2 * DAY
/** A stop waits for a backup that is being made, so that many short runs get theirs, too. */
const FINISH_MS: Millis = 3000

export interface HousekeeperDeps {
  readonly backups: Backups | null
  readonly rotateLog: () => void
  /** Of the wall clock: it is compared with the times of files. */
  readonly now: () => Millis
  /** Calls again and again; @returns what ends that. */
  readonly every: (ms: Millis, work: () => void) => () => void
  readonly log: Logger
}

export class Housekeeper implements Part {
  readonly name = 'housekeeper'
  readonly #deps: HousekeeperDeps
  #stopTimer = () => {}
  #startedAt: Millis = 0
  #making: Promise<void> | null = null
  #failure: { readonly at: Millis; readonly reason: string } | null = null

  constructor(deps: HousekeeperDeps) {
    this.#deps = deps
  }

  /** `isNew`: there is nothing yet that a backup would be good for. */
  begin(isNew: boolean): void {
    this.#startedAt = this.#deps.now()
    this.#stopTimer = this.#deps.every(LOOK_EVERY_MS, () => this.#look())
    if (!isNew) this.#backUpIfDue()
  }

  async leave(): Promise<void> {
    this.#stopTimer()
    if (this.#making === null) return
    await Promise.race([this.#making, new Promise((resolve) => setTimeout(resolve, FINISH_MS).unref())])
  }

  #look(): void {
    const { now, rotateLog, log } = this.#deps
    try {
      rotateLog()
    } catch (error) {
      log.warn({ err: error }, 'the log was not rotated')
    }
    const newest = this.#deps.backups?.list()[0]
    // Nothing yet, in a session that is just beginning.
    if (newest === undefined && Math.abs(now() - this.#startedAt) < FIRST_MS) return
    this.#backUpIfDue()
  }

  #backUpIfDue(): void {
    const { backups, now } = this.#deps
    if (backups === null || this.#making !== null) return
    // In both directions: a wall clock that was set back means one too many, rather than none for a year.
    if (backups.list().some(({ at }) => Math.abs(now() - at) < DAY)) return
    if (this.#failure !== null && Math.abs(now() - this.#failure.at) < RETRY_MS) return
    this.#making = this.#backUp(backups).finally(() => (this.#making = null))
  }

  async #backUp(backups: Backups): Promise<void> {
    const { log, now } = this.#deps
    try {
      const path = await backups.make()
      this.#failure = null
      log.info({ path }, 'a backup was made')
    } catch (error) {
      this.#failure = { at: now(), reason: messageOf(error) }
      log.warn({ err: error }, 'a backup was not made')
    }
  }

  /** For `doctor`. */
  finding(): Finding {
    const { backups, now } = this.#deps
    const finding = (level: Finding['level'], text: string, mend: string | null = null): Finding => ({
      machine: 'daemon',
      check: 'backup',
      level,
      text,
      mend,
    })
    if (backups === null) return finding('note', 'backups are made by whoever runs the store')
    const newest = backups.list()[0]
    const age = newest === undefined ? null : Math.max(0, now() - newest.at)
    const has =
      newest === undefined || age === null
        ? 'there is none'
        : `the newest is ${formatDuration(age)} old, ${Math.ceil(newest.bytes / 1e6)} MB: ${newest.path}`
    if (this.#making !== null) return finding('ok', `one is being made; ${has}`)
    if (this.#failure !== null)
      return finding(
        'bad',
        `${this.#failure.reason}; ${has}`,
        `make space, or make ${backups.dir} writable; it is tried again every ${RETRY_MS / 60_000} minutes`,
      )
    if (age === null)
      return finding(
        'note',
        `there is none yet; a new session gets its first after ${FIRST_MS / 60_000} minutes`,
      )
    if (age > OLD_MS)
      return finding('warn', has, 'it is made again within a minute by itself; if not, daemon.log says why')
    return finding('ok', has)
  }
}

/** With the clock and the timers of this process. */
export function keepHouse(backups: Backups | null, rotateLog: () => void, log: Logger): Housekeeper {
  return new Housekeeper({
    backups,
    rotateLog,
    now: Date.now,
    every: (ms, work) => {
      const timer = setInterval(work, ms).unref()
      return () => clearInterval(timer)
    },
    log,
  })
}
