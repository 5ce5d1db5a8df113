import type { Layout } from '../core/layout/model.js'
import type { PlanStep } from '../core/protocol/api.js'
import { layoutPlan } from '../core/view/plan-steps.js'

/** What a first `up` does: no daemon, no session, no agent yet. */
export function coldPlan(layout: Layout, home: string | null): PlanStep[] {
  const create = (kind: PlanStep['kind'], subject: string, command: string | null): PlanStep => ({
    action: 'create',
    kind,
    subject,
    machine: null,
    command,
    why: null,
  })
  return [
    create('session', layout.session, `tmux -L ${layout.tmux.socket} new-session -s ${layout.session}`),
    ...layout.windows.map((w, i) =>
      create(
        'window',
        `${i + 1}:${w.name}`,
        w.panes
          .map((p) => (p.kind === 'agent' ? p.agent : p.kind === 'view' ? p.view : p.command.join(' ')))
          .join(', '),
      ),
    ),
    ...layoutPlan(layout, null, 0, home),
  ]
}
