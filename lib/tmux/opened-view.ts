import type { Environment } from '../core/environment/environment.js'
import type { TmuxVersion } from '../core/layout/tmux-layout-names.js'
import type { ControlClient, ControlLink, TmuxAddress } from './control-client.js'
import type { Held } from './protocol/held-options.js'
import type { ViewStep } from './protocol/view-step.js'

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
  /** Where windows begin that a person opens in a session made anew. */
  readonly directory?: string
  /** Of panes in the session, whoever's server it is. */
  readonly environment?: Environment
  /** Of the server, if that is known: where nobody answers there, nobody need be asked. */
  readonly socketPath?: string
  /** Nothing is known of a session of ours: to make it is tried before it is looked for. */
  readonly isProbablyNew?: boolean
}

export interface OpenedView {
  readonly client: ControlClient
  /** `$3`: what it is called may change. */
  readonly id: string
  /** The layout's session name, or `<name>-<storeId>` where another orchestra has that name, or a person's choice. */
  readonly name: string
  readonly version: TmuxVersion | undefined
  readonly isNew: boolean
  /** What it was told explicitly; the rest is left to the server until `ViewSession.hold`. */
  readonly held: Held
  /** How its birth goes. */
  readonly born?: Promise<readonly ViewStep[]>
}

/** What to do with a session that was just made, before anything was heard of it. */
export type Birth = (client: ControlClient, name: string, held: Held) => Promise<readonly ViewStep[]>
