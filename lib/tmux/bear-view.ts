import type { Birth } from './opened-view.js'
import type { ViewDesired } from './protocol/view-model.js'
import { birthSteps } from './protocol/view-plan.js'
import { runSteps } from './run-steps.js'

/** Tells tmux all that `desired` says, at once. How it went is heard by the first `reconcile`. */
export function bearView(
  desired: ViewDesired,
  size: { readonly cols: number; readonly rows: number },
): Birth {
  return (client, name, held) => {
    const steps = birthSteps(desired, name, size, held)
    const born = runSteps(client, steps, name).then(() => steps)
    born.catch(() => {})
    return born
  }
}
