import type { Layout } from '../../core/layout/model.js'
import type { PlanStep } from '../../core/protocol/api.js'
import { agentPlan } from '../../core/view/plan-steps.js'
import type { Daemon } from '../daemon.js'

/** What `up` would do now. Changes nothing. */
export async function planUp(
  daemon: Daemon,
  path: string,
): Promise<{ steps: readonly PlanStep[]; warnings: readonly string[] }> {
  const { layout, warnings } = await daemon.loadLayout(path)
  return { steps: [...(await viewSteps(daemon, layout)), ...agentPlan(layout, daemon.loop.state)], warnings }
}

async function viewSteps(daemon: Daemon, layout: Layout): Promise<PlanStep[]> {
  const plan = await daemon.view.plan(layout)
  const step = (action: PlanStep['action'], kind: PlanStep['kind'], subject: string): PlanStep => ({
    action,
    kind,
    subject,
    machine: null,
    command: null,
    why: null,
  })
  if (plan === null) {
    return [
      step('create', 'session', layout.session),
      ...layout.windows.map((w, i) => step('create', 'window', `${i + 1}:${w.name}`)),
    ]
  }
  return [
    ...plan.steps
      .filter((s) => s.type !== 'pane.focus')
      .map((s) =>
        step(
          s.type.endsWith('create') ? 'create' : s.type.endsWith('remove') ? 'stop' : 'change',
          s.type.startsWith('window') ? 'window' : 'pane',
          s.text.replace(/^(create|remove) (window|pane) /, ''),
        ),
      ),
    ...leftWindows(layout, plan.left).map(([kind, subject]) => step('leave', kind, subject)),
  ]
}

/** A window that stays whole is one line; of one that changes, the panes that stay. */
function leftWindows(layout: Layout, slots: readonly string[]): ['window' | 'pane', string][] {
  return layout.windows.flatMap((window, i): ['window' | 'pane', string][] => {
    const left = slots.filter((slot) => slot.startsWith(`${window.name}/`))
    if (left.length === window.panes.length) return [['window', `${i + 1}:${window.name}`]]
    return left.map((slot) => ['pane', slot])
  })
}
