import { OrchestraError, messageOf } from '../core/errors.js'
import type { ControlClient } from './control-client.js'
import type { ViewStep } from './protocol/view-step.js'

/** Everything in one go: tmux works it off in order while we wait once. A layout that does not fit is tried again. */
export async function runSteps(
  client: ControlClient,
  steps: readonly ViewStep[],
  session: string,
): Promise<void> {
  const lines = steps.flatMap((step) => step.lines.map((line) => ({ line, step })))
  const results = await Promise.allSettled(lines.map(({ line }) => client.commands(line)))
  const failed = results.findIndex((result, i) => {
    const type = lines[i]?.step.type
    if (result.status === 'fulfilled' || type === 'window.layout') return false
    // It went by itself while we were about to remove it, or to begin in it.
    const mayBeGone = type?.endsWith('.remove') === true || type === 'window.focus'
    return !(mayBeGone && /can't find (?:pane|window)/.test(String(result.reason)))
  })
  const result = results[failed]
  if (result?.status !== 'rejected') return
  const cause: unknown = result.reason
  if (client.isClosed) throw cause
  throw new OrchestraError(`${lines[failed]?.step.text ?? 'view'}: ${messageOf(cause)}`, {
    kind: 'failed',
    cause,
    details: { session },
  })
}
