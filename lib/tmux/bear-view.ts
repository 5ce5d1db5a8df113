import type { ControlClient } from './control-client.js'
import type { ViewDesired } from './protocol/view-model.js'
import { birthSteps } from './protocol/view-plan.js'
import type { ViewStep } from './protocol/view-step.js'
import { runSteps } from './run-steps.js'

/** Tells tmux all that `desired` says, at once. How it went is heard by the first `reconcile`. */
export function bearView(
  client: ControlClient,
  name: string,
  desired: ViewDesired,
  size: { readonly cols: number; readonly rows: number },
): Promise<readonly ViewStep[]> {
  const steps = birthSteps(desired, name, size)
  const born = runSteps(client, steps, name).then(() => steps)
  born.catch(() => {})
  return born
}
