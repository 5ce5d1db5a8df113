/**
 * The issue that is made for a task or a phase, once: later it belongs to the people who read it. Its last lines say what an import
 * needs to make the same task of it again.
 */
import { PLAIN_TASK } from '../layout/task-spec.js'
import type { Layout } from '../layout/model.js'
import { DEFAULT_TIER, type PhaseSpec } from '../phases/plan-specs.js'
import type { RunState, TaskRecord } from '../run/state.js'
import { durationText } from './import/to-layout.js'
import type { MilestoneFacts } from './model.js'
import type { Work } from './outbox-row.js'
import { isImportPrompt } from './release.js'
import type { GithubSpec } from './spec.js'

type IssueWork = Extract<Work, { kind: 'issue' }>

export interface DraftPlace {
  readonly spec: GithubSpec
  /** Of the scope; null: it has none. */
  readonly milestone: number | null
  /** As GitHub has them. */
  readonly milestones: readonly Pick<MilestoneFacts, 'number' | 'title'>[]
}

export function phaseSubject(id: string): string {
  return `phase/${id}`
}

export function issueDraft(state: RunState, task: TaskRecord, place: DraftPlace): IssueWork {
  const { spec } = place
  const { id, title, tier, prompt, outputs, verify, estimateMs, priority, phase } = task.spec
  const label = spec.tierLabels.find((one) => one.tier === tier)?.label
  const list = (name: string, items: readonly string[]) =>
    items.length === 0
      ? []
      : ['', `**${name}**`, '', ...items.map((item) => `- \`${item.replaceAll('`', "'")}\``)]
  const due = milestoneOf(state.layout, id)
  const known = place.milestones.find((one) => one.title === due?.title)
  const ofPhase = state.layout?.phases.find((one) => one.id === phase)
  const isBare = prompt === null || prompt === title || isImportPrompt(prompt)
  return {
    kind: 'issue',
    subject: id,
    title,
    body: [
      ...(isBare ? [title] : [prompt]),
      ...list('Deliverables', outputs),
      ...list('Checks', verify),
    ].join('\n'),
    trailer: [
      `Task: ${id}`,
      ...(estimateMs === PLAIN_TASK.estimateMs ? [] : [`Estimate: ${durationText(estimateMs)}`]),
      ...(priority === PLAIN_TASK.priority ? [] : [`Priority: ${priority}`]),
      ...(due === null || known !== undefined ? [] : [`Milestone: ${due.title} (due: ${due.due})`]),
      ...(ofPhase !== undefined || spec.scope.parent === null ? [] : [`Parent: #${spec.scope.parent}`]),
    ].join('\n'),
    // What its phase waits for stands in the issue of the phase.
    needs: task.spec.needs.filter((need) => ofPhase?.needs.includes(need) !== true).map(subjectIn(state)),
    ...(ofPhase === undefined ? {} : { parent: phaseSubject(ofPhase.id) }),
    labels: [...spec.scope.labels, ...(label === undefined || tier === DEFAULT_TIER ? [] : [label])],
    milestone: place.milestone ?? known?.number ?? null,
  }
}

export function phaseDraft(state: RunState, phase: PhaseSpec, { spec }: DraftPlace): IssueWork {
  return {
    kind: 'issue',
    subject: phaseSubject(phase.id),
    title: phase.title ?? phase.id,
    body: phase.goal ?? phase.title ?? phase.id,
    trailer: [
      `Phase: ${phase.id}`,
      ...(spec.scope.parent === null ? [] : [`Parent: #${spec.scope.parent}`]),
    ].join('\n'),
    needs: phase.needs.map(subjectIn(state)),
    labels: spec.scope.labels,
    milestone: null,
  }
}

/** A need is a task, a gate or a phase. */
function subjectIn({ layout }: RunState): (need: string) => string {
  return (need) => (layout?.phases.some(({ id }) => id === need) === true ? phaseSubject(need) : need)
}

function milestoneOf(layout: Layout | null, task: string): { title: string; due: string } | null {
  const found = layout?.milestones.find(({ tasks }) => tasks.includes(task))
  return found === undefined ? null : { title: found.title ?? found.id, due: found.due.slice(0, 10) }
}
