import type { TaskId } from '../../core/ids.js'
import { checkedId } from '../../core/ids.js'
import type { MergeStep } from '../../core/merges/merge-step.js'
import type { MergeEntry } from '../../core/merges/records.js'
import { landedCommits } from '../../core/merges/landed-commits.js'
import type { MergeSpec } from '../../core/merges/spec.js'
import type { MergeConflict } from '../../core/run/events/merges.js'
import { BUILD_BATCH } from '../../git/merging.js'
import { carryAll } from '../trees/carry.js'
import type { MergeNeeds } from './merge-needs.js'
import { mergePlace, targetOf, type MergePlace } from './merge-place.js'

type Step<K extends MergeStep['kind']> = Extract<MergeStep, { kind: K }>
/** In the place of a task: what others pushed. */
const OTHERS = '-'

export interface Built {
  readonly base: string
  readonly links: readonly { readonly task: TaskId | null; readonly oid: string; readonly commit: string }[]
  readonly conflicts: readonly MergeConflict[]
  readonly contained: readonly TaskId[]
  readonly parted: MergeConflict | null
}

/** Each branch on top of the ones before it, on top of the target as it is now. */
export async function buildBatch(
  spec: MergeSpec,
  { batch, tasks }: Step<'build'>,
  needs: MergeNeeds,
): Promise<void> {
  const { loop, clock } = needs.kernel
  const record = loop.state.merges.get(spec.id)
  const entries = tasks.flatMap((task) => record?.entries.get(task) ?? [])
  const place = await mergePlace(spec, spec.machine, needs)
  const { base, links, conflicts, contained, parted } = await build(spec, entries, place, needs)
  const at = clock.now()
  if (parted !== null) {
    const reason = `${spec.into} was pushed to, and conflicts with what was landed, in ${parted.files.slice(0, 10).join(', ')}`
    return void loop.dispatch({ type: 'merge.held', at, merge: spec.id, reason })
  }
  if (contained.length > 0)
    loop.dispatch({
      type: 'merge.landed',
      at,
      merge: spec.id,
      batch: null,
      repository: place.repository.id,
      into: spec.into,
      oid: base,
      machine: spec.machine,
      tasks: contained,
    })
  loop.dispatch({ type: 'merge.built', at, merge: spec.id, batch, base, links, conflicts, contained })
}

/** Nothing but objects, and one ref that keeps them, is written. */
export async function build(
  spec: MergeSpec,
  entries: readonly MergeEntry[],
  place: MergePlace,
  needs: MergeNeeds,
): Promise<Built> {
  const target = await targetOf(spec, place, needs)
  await carryAll(entries, spec.machine, place.roots, needs)
  const landed = landedCommits(needs.kernel.loop.state, place.repository.id, spec.into)
  const args = [place.root, spec.id, spec.how, target.oid, '', landed.join(' ')]
  if (target.parted !== null) args.push(OTHERS, target.parted, `Merge what others pushed to ${spec.into}`)
  for (const entry of entries) args.push(entry.task, entry.oid, messageOf(spec, entry, needs))
  const records = await place.run(BUILD_BATCH, args)
  const of = (name: string) => records.filter(([kind]) => kind === name).map((fields) => fields.slice(1))
  const task = (name = '') => checkedId<TaskId>(name)
  const conflicts = of('conflict').map(([name = '', onto = '']) => ({
    task: task(name),
    onto,
    files: of('file').flatMap(([whose, file]) => (whose === name && file !== undefined ? [file] : [])),
    against: of('against').flatMap(([whose, other]) =>
      whose === name && other !== OTHERS ? [task(other)] : [],
    ),
  }))
  return {
    base: target.oid,
    links: of('link').map(([name, oid = '', commit = '']) => ({
      task: name === OTHERS ? null : task(name),
      oid,
      commit,
    })),
    conflicts: conflicts.filter((one) => one.task !== OTHERS),
    contained: of('contained').flatMap(([name]) => (name === OTHERS ? [] : [task(name)])),
    parted: conflicts.find((one) => one.task === OTHERS) ?? null,
  }
}

/** The breaker on top of the first links, to find out whom it does not go with. */
export async function buildProbe(
  spec: MergeSpec,
  { batch: number, links, breaker }: Step<'probe'>,
  needs: MergeNeeds,
): Promise<void> {
  const { loop, clock } = needs.kernel
  const record = loop.state.merges.get(spec.id)
  const batch = record?.batch
  if (batch?.number !== number) return
  const place = await mergePlace(spec, spec.machine, needs)
  const onto = links === 0 ? batch.base : batch.links[links - 1]!.commit
  const { task, oid } = batch.links[breaker - 1]!
  const found = await place.run(BUILD_BATCH, [
    place.root,
    `${spec.id}-probe`,
    'merge',
    onto,
    '',
    landedCommits(loop.state, place.repository.id, spec.into).join(' '),
    task ?? OTHERS,
    oid,
    'probe',
  ])
  const commit = found.find(([kind]) => kind === 'link')?.[3]
  const event = { at: clock.now(), merge: spec.id, batch: number, links }
  // It does not even merge there: what it was put on top of in the batch makes up for that.
  if (commit === undefined) loop.dispatch({ type: 'merge.probed', ...event, ok: true })
  else loop.dispatch({ type: 'merge.probe_built', ...event, commit })
}

function messageOf(
  { into }: MergeSpec,
  { task, attempt, branch }: MergeEntry,
  { kernel }: MergeNeeds,
): string {
  const title = kernel.loop.state.tasks.get(task)?.spec.title ?? task
  return `${task}: ${title}\n\nMerge ${branch} into ${into}\n\nOrchestra-Task: ${task}\nOrchestra-Attempt: ${attempt}`
}
