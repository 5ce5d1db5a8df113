/** What a control client hears from tmux, after parsing. Ids are checked; free text stays text and is never trusted. */
import type { PaneId, WindowId } from '../../core/ids.js'

/** The answer to one command. `flags` 1: a command of ours; 0: tmux's own start-up block or a hook. */
export interface Reply {
  readonly ok: boolean
  /** Raw bytes between the guards, without the last newline. */
  readonly body: Buffer
}

export interface ReplyMessage extends Reply {
  readonly type: 'reply'
  readonly time: number
  readonly number: number
  readonly flags: number
}

export interface OutputMessage {
  readonly type: 'output'
  readonly pane: PaneId
  /** Exactly the bytes the pane printed; UTF-8 and escape sequences may be cut anywhere. */
  readonly data: Buffer
  /** How far tmux is behind, milliseconds; null when it did not say. */
  readonly ageMs: number | null
}

export interface SubscriptionMessage {
  readonly type: 'subscription'
  readonly name: string
  readonly window: WindowId | null
  readonly pane: PaneId | null
  readonly value: string
}

export type Notification =
  | OutputMessage
  | SubscriptionMessage
  /** tmux stopped streaming the pane and threw output away: send `continue`, then capture. */
  | { readonly type: 'pause'; readonly pane: PaneId }
  | { readonly type: 'continue'; readonly pane: PaneId }
  | {
      readonly type: 'layout'
      readonly window: WindowId
      readonly layout: string
      readonly visibleLayout: string
      readonly flags: string
    }
  /** `linked` false: said as `%unlinked-…`, which tmux also does for a window of our own that just closed. */
  | { readonly type: 'window.added'; readonly window: WindowId; readonly linked: boolean }
  | { readonly type: 'window.closed'; readonly window: WindowId; readonly linked: boolean }
  | {
      readonly type: 'window.renamed'
      readonly window: WindowId
      readonly name: string
      readonly linked: boolean
    }
  | { readonly type: 'window.pane'; readonly window: WindowId; readonly pane: PaneId }
  | { readonly type: 'pane.mode'; readonly pane: PaneId }
  | { readonly type: 'session.changed'; readonly session: string; readonly name: string }
  | { readonly type: 'session.window'; readonly session: string; readonly window: WindowId }
  | {
      readonly type: 'client.session'
      readonly client: string
      readonly session: string
      readonly name: string
    }
  | { readonly type: 'sessions.changed' }
  | { readonly type: 'exit'; readonly reason: string | null }
  /** A notification this version does not know; harmless. */
  | { readonly type: 'unknown'; readonly line: string }
  /** A plain line outside any block: errors of hooks. */
  | { readonly type: 'text'; readonly line: string }

export type ControlMessage =
  | ReplyMessage
  | Notification
  /** Everything between an opening and a closing nonce, undecoded; see `ControlParser.collect`. */
  | { readonly type: 'raw'; readonly lines: readonly Buffer[] }
  /** The stream can no longer be believed. Nothing follows. */
  | { readonly type: 'desync'; readonly reason: string }
