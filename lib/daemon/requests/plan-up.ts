import { homedir } from 'node:os'
import { fix } from '../../core/fixes.js'
import type { Layout } from '../../core/layout/model.js'
import type { PlanRequest, PlanStep } from '../../core/protocol/api.js'
import { planStep } from '../../core/view/plan-step.js'
import { layoutPlan } from '../../core/view/plan-steps.js'
import { endsKey, type ViewPlan } from '../../tmux/protocol/view-plan.js'
import type { ViewStep } from '../../tmux/protocol/view-step.js'
import type { Daemon } from '../daemon.js'

/** What `up` would do now. Changes nothing. */
export async function planUp(
  daemon: Daemon,
  { layout: path, cwd }: PlanRequest,
): Promise<{ steps: readonly PlanStep[]; warnings: readonly string[] }> {
  const { layout, warnings } = await daemon.loadLayout(path, cwd)
  const view = viewSteps(await daemon.parts.view.plan(layout), layout)
  return {
    steps: [...view, ...layoutPlan(layout, daemon.loop.state, daemon.clock.now(), homedir())],
    warnings: [...warnings, ...cordonWarnings(daemon)],
  }
}

function cordonWarnings({ loop }: Daemon): string[] {
  return [...loop.state.cordons.values()].map(
    ({ kind, id }) =>
      `${kind} ${id} is cordoned: it takes no new work before \`${fix('cordon.lift', `${kind}:${id}`)}\``,
  )
}

/** `plan` is null where there is no session yet. */
export function viewSteps(plan: ViewPlan | null, layout: Layout): PlanStep[] {
  if (plan === null) {
    return [
      planStep('create', 'session', layout.session),
      ...layout.windows.map((w, i) => planStep('create', 'window', `${i + 1}:${w.name}`)),
    ]
  }
  return [
    ...plan.steps.filter((s) => s.type !== 'pane.focus').map(viewStep),
    ...leftWindows(layout, plan.left).map(([kind, subject]) => planStep('leave', kind, subject)),
  ]
}

function viewStep(step: ViewStep): PlanStep {
  const { type, text, ends = [] } = step
  const action = type.endsWith('create') ? 'create' : type.endsWith('remove') ? 'stop' : 'change'
  const key = endsKey(step)
  const running = ends.map(({ runs }) => runs).filter((runs) => runs !== '')
  return planStep(
    action,
    type.startsWith('window') ? 'window' : 'pane',
    text.replace(/^(create|remove) (window|pane) /, ''),
    key === null ? {} : { why: `ends what runs there: ${running.join(', ') || 'a command'}`, asks: key },
  )
}

/** A window that stays whole is one line; of one that changes, the panes that stay. */
function leftWindows(layout: Layout, slots: readonly string[]): ['window' | 'pane', string][] {
  return layout.windows.flatMap((window, i): ['window' | 'pane', string][] => {
    const left = slots.filter((slot) => slot.startsWith(`${window.name}/`))
    if (left.length === window.panes.length) return [['window', `${i + 1}:${window.name}`]]
    return left.map((slot) => ['pane', slot])
  })
}
