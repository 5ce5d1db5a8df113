/** The agent's end of a mirror, over the control client of its machine. */
import type { PaneId, WindowId } from '../core/ids.js'
import type { AgentSession } from './agent-session.js'
import type { MirrorSource } from './mirror-pane.js'
import { parseSnapshot, SNAPSHOT_COMMANDS } from './protocol/paint.js'

/**
 * For as long as the session is connected; after a loss attach a new one. Nothing rejects: keys that cannot be
 * delivered are gone, as on any line; `onError` hears of them.
 */
export function agentMirrorSource(
  session: AgentSession,
  agent: { readonly pane: PaneId; readonly window: WindowId },
  onError: (error: unknown) => void = () => {},
): MirrorSource {
  const { pane, window } = agent
  let asked: { cols: number; rows: number } | undefined
  return {
    snapshot: (history, done) => {
      try {
        session.client
          .confirmed(SNAPSHOT_COMMANDS(pane, history), {
            onReplies: (replies) =>
              done(
                parseSnapshot(
                  pane,
                  replies.map((reply) => reply.body),
                ),
              ),
          })
          .catch((error: unknown) => {
            onError(error)
            done(undefined)
          })
      } catch (error) {
        onError(error)
        done(undefined)
      }
    },
    onOutput: (listener, gap) =>
      session.onPane(pane, (event) => {
        if (event.type === 'output') listener(event.data)
        else if (event.type === 'gap') gap()
        else if (event.type === 'size' && !isAsked(asked, event)) gap()
      }),
    sendKeys: (bytes) => void session.sendKeys(pane, bytes).catch(onError),
    paste: (text) => void session.paste(pane, text).catch(onError),
    resize: (cols, rows) => {
      asked = { cols, rows }
      void session.resize(window, cols, rows).catch(onError)
    },
  }
}

function isAsked(
  asked: { readonly cols: number; readonly rows: number } | undefined,
  size: { readonly cols: number; readonly rows: number },
): boolean {
  return asked !== undefined && asked.cols === size.cols && asked.rows === size.rows
}
