import type { LayoutReader } from '../config/layout-reader.js'
import type { SessionName } from '../core/ids.js'
import type { ViewName } from '../core/layout/model.js'
import type { LocalLink } from '../exec/local-link.js'
import type { HomePaths } from '../home/paths.js'
import type { SessionStore } from '../store/port.js'
import type { EarlyView } from './view/early-view.js'
import type { LocalEnvironment } from './machines/local-environment.js'
import type { Logger } from './kernel/log.js'

/** What a daemon is put together from. */
export interface DaemonOptions {
  readonly session: SessionName
  readonly paths: HomePaths
  readonly store: SessionStore
  readonly log: Logger
  readonly rotateLog: () => void
  /** What was decided never becomes durable: the process has to end. */
  readonly storeLost: (error: unknown) => void
  /** Ends the process, once the answer to `down` is out. */
  readonly end: () => void
  readonly viewArgv: (view: ViewName) => readonly string[]
  readonly version: string
  /** To this machine, for the view. */
  readonly link: LocalLink
  readonly environment: LocalEnvironment
  readonly layouts: LayoutReader
  /** The view, where it was begun before the store was open. */
  readonly early: EarlyView | null
}
