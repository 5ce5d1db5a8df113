/** The short line in tmux's status bar: how many work, wait, failed. */
import type { StatusDocument } from '../core/protocol/status.js'

export function sessionStatusText(doc: StatusDocument): string {
  const s = doc.summary
  const bad = s.failed + s.error + s.blocked
  const tasks = s.tasks === 0 ? '' : `  ${s.completed}/${s.tasks}`
  return `●${s.working} ◐${s.waiting} ✗${bad}${tasks}`
}
