/** The short line in tmux's status bar: how many work, how much needs a person, what failed. */
import type { StatusDocument } from '../protocol/status.js'

export function sessionStatusText(doc: StatusDocument): string {
  const s = doc.summary
  const bad = s.failed + s.error + s.blocked
  const tasks = s.tasks === 0 ? '' : `  ${s.completed}/${s.tasks}`
  return `●${s.working} ◐${s.needs_you} ✗${bad}${tasks}`
}
