/** The issue that is made for a task, once: later it belongs to the people who read it. */
import type { GithubSpec } from './spec.js'
import type { Work } from './outbox-row.js'
import { formatDuration } from '../time.js'
import type { RunState, TaskRecord } from '../run/state.js'
import { DEFAULT_TIER } from '../phases/plan-specs.js'
import { askedId } from '../ids.js'

type IssueWork = Extract<Work, { kind: 'issue' }>

export function issueDraft(
  state: RunState,
  task: TaskRecord,
  spec: GithubSpec,
  milestone: number | null,
): IssueWork {
  const { id, title, tier, prompt, outputs, verify, estimateMs, priority } = task.spec
  const label = spec.tierLabels.find((one) => one.tier === tier)?.label
  const list = (name: string, items: readonly string[]) =>
    items.length === 0
      ? []
      : ['', `**${name}**`, '', ...items.map((item) => `- \`${item.replaceAll('`', "'")}\``)]
  return {
    kind: 'issue',
    subject: id,
    title: title === id ? id : `${id}: ${title}`,
    body: [
      ...(prompt === null || prompt === title ? [title] : [prompt]),
      ...list('Deliverables', outputs),
      ...list('Checks', verify),
    ].join('\n'),
    trailer: [
      `Estimate: ${formatDuration(estimateMs)}`,
      `Priority: ${priority}`,
      ...(spec.scope.parent === null ? [] : [`Parent: #${spec.scope.parent}`]),
    ].join('\n'),
    needs: task.spec.needs.filter((need) => state.tasks.has(askedId(need))),
    labels: [...spec.scope.labels, ...(label === undefined || tier === DEFAULT_TIER ? [] : [label])],
    milestone,
  }
}
