/** Carries out the delivery machine's outputs on a pane of a tmux server, as the daemon does. */
import type { AgentDefinition } from '../../lib/agents/definition.js'
import { composerOf } from '../../lib/agents/registry.js'
import { startDelivery, stepDelivery } from '../../lib/core/delivery/deliver.js'
import type { DeliveryInput, DeliveryOutput, Look } from '../../lib/core/delivery/delivery.js'
import { planDelivery } from '../../lib/core/delivery/plan-delivery.js'
import { screenRows, trimScreen } from '../../lib/core/status/fold.js'
import { classifyScreen, type Verdict } from '../../lib/core/status/match-screen.js'

export interface Pane {
  capture(): Promise<{
    readonly screen: string
    readonly styled: string
    readonly title: string
    readonly dead: boolean
  }>
  readonly paste: (text: string, bracketed: boolean) => Promise<void>
  /** Bytes in hex. */
  readonly keys: (bytes: readonly string[]) => Promise<void>
}

export interface Delivered {
  readonly receipt: 'delivered' | 'unconfirmed' | 'refused'
  readonly reason: string | null
  /** Everything that was done to the pane. */
  readonly acts: readonly DeliveryOutput[]
}

export async function lookAt(
  pane: Pane,
  definition: AgentDefinition,
  version: string | null,
): Promise<Look & { readonly verdict: Verdict; readonly rows: readonly string[] }> {
  const seen = await pane.capture()
  const rows = trimScreen(screenRows(seen.screen))
  const { rules, segment } = definition
  const verdict = classifyScreen({ rules, segment, version, title: seen.title, rows })
  return {
    at: Date.now(),
    state: seen.dead ? 'exited' : verdict.state,
    composer: composerOf(definition, seen.screen, seen.styled),
    transcript: segment(rows).transcript.join('\n'),
    verdict,
    rows,
  }
}

export async function deliverToPane(
  pane: Pane,
  definition: AgentDefinition,
  text: string,
  options: {
    readonly version?: string | null
    readonly readyTimeoutMs?: number
    readonly lastPrompt?: string
    readonly file?: string
  } = {},
): Promise<Delivered> {
  const plan = planDelivery(definition.delivery, text, options.file ?? '/nonexistent')
  if (plan.kind === 'refused') return { receipt: 'refused', reason: plan.reason, acts: [] }
  const acts: DeliveryOutput[] = []
  let step = startDelivery({
    profile: definition.delivery,
    text: plan.text,
    now: Date.now(),
    readyTimeoutMs: options.readyTimeoutMs ?? 15_000,
    lastPrompt: options.lastPrompt ?? null,
  })
  for (;;) {
    let input: DeliveryInput | undefined
    for (const output of step.outputs) {
      if (output.type !== 'look' && output.type !== 'wait') acts.push(output)
      switch (output.type) {
        case 'receipt':
          return { receipt: output.receipt, reason: output.reason, acts }
        case 'paste':
          await pane.paste(output.text, output.bracketed)
          input = { type: 'pasted', at: Date.now() }
          break
        case 'keys':
          await pane.keys(output.keys)
          break
        case 'wait':
          await new Promise((resolve) => setTimeout(resolve, Math.max(0, output.until - Date.now())))
          break
        case 'too-tall':
        case 'look':
      }
    }
    step = stepDelivery(
      step.delivery,
      input ?? { type: 'look', ...(await lookAt(pane, definition, options.version ?? null)) },
    )
  }
}
