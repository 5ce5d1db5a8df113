/**
 * The view of an `up` that starts the daemon: tmux makes server and windows while the daemon still loads its parts and
 * opens its store. Until the store says whose it is, it ends with us.
 */
import { isUnreachable } from '../../core/errors.js'
import type { Layout } from '../../core/layout/model.js'
import { aloneOnServer } from '../../tmux/alone-on-server.js'
import { isServerThere } from '../../tmux/is-server-there.js'
import { beginSession } from '../../tmux/view-open.js'
import { ViewSession } from '../../tmux/view-session.js'
import type { LocalLink } from '../../exec/local-link.js'
import { within } from '../../exec/within.js'
import { viewOf, viewOptions, type ViewPlace } from './view-options.js'

export interface EarlyViewOptions extends ViewPlace {
  readonly link: LocalLink
}

export class EarlyView {
  /** null: it could not be made so; the ordinary way says why, or succeeds. Rejects `unreachable`: tmux does not answer. */
  readonly session: Promise<ViewSession | null>
  readonly #isBegun: Promise<boolean>
  readonly #isTold: Promise<unknown>
  #decide: (storeId: string | null) => void = () => {}

  private constructor(layout: Layout, size: Size, options: EarlyViewOptions) {
    let [begun, told] = [(_is: boolean): void => {}, (): void => {}]
    this.#isBegun = new Promise((resolve) => (begun = resolve))
    this.#isTold = new Promise<void>((resolve) => (told = resolve))
    const storeId = new Promise<string | null>((resolve) => (this.#decide = resolve))
    const work = () => build(layout, size, options, { begun: () => begun(true), told, storeId })
    this.session = aloneOnServer(layout.tmux.socket, work).catch((error: unknown) => {
      if (isUnreachable(error)) throw error
      return null
    })
    const over = (): void => {
      begun(false)
      told()
    }
    void this.session.then(over, over)
  }

  /**
   * Resolves once tmux is at work; null where a server runs: what stands there has to be looked at first, by whoever has
   * the store.
   */
  static async begin(layout: Layout, size: Size, options: EarlyViewOptions): Promise<EarlyView | null> {
    const early = new EarlyView(layout, size, options)
    return (await early.#isBegun) ? early : null
  }

  /** Resolves once tmux has been told all of it, or soon. */
  async own(storeId: string): Promise<void> {
    this.#decide(storeId)
    await within(TELL_MS, this.#isTold)
  }

  /** It has no owner any more when this resolves: tmux is about to end it. */
  async abandon(): Promise<void> {
    this.#decide(null)
    await this.session.then((session) => session?.destroy()).catch(() => {})
  }
}

/** tmux has had the time of opening a store; where it needs more, there is other work. */
const TELL_MS = 5

interface Size {
  readonly cols: number
  readonly rows: number
}

interface Course {
  readonly begun: () => void
  readonly told: () => void
  readonly storeId: Promise<string | null>
}

async function build(
  layout: Layout,
  size: Size,
  options: EarlyViewOptions,
  { begun: begins, told, storeId }: Course,
): Promise<ViewSession | null> {
  const how = viewOptions(layout, options)
  const desired = viewOf(layout, options)
  if (await isServerThere(how.socketPath)) return null
  options.link.start()
  const beginning = beginSession(how, size)
  begins()
  const begun = await beginning
  const id = await storeId
  if (id === null) {
    await begun.abandon()
    await options.link.stop()
    return null
  }
  const taking = ViewSession.take(begun, id, size, desired, how.environment)
  told()
  return taking.catch(async () => {
    await begun.abandon()
    return null
  })
}
