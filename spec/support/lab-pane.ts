/** A pane of the laboratory as the delivery machine wants it. */
import type { LabSession } from '../../scripts/lab/session.js'
import type { Pane } from './deliver-to-pane.js'

export function labPane(session: LabSession): Pane {
  return {
    capture: () => session.capture(),
    paste: (text, bracketed) => session.paste(text, bracketed),
    keys: async (bytes) => {
      for (const key of bytes) await session.tmux('send-keys', '-t', 'lab', '-H', ...key.split(' '))
    },
  }
}
