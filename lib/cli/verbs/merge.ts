import type { MergePreview, MergeRow } from '../../core/protocol/merges.js'
import type { StatusDocument } from '../../core/protocol/status.js'
import type { Verb, VerbContext } from '../verb.js'
import { flag } from '../verb-arguments.js'

export const merge: Verb = {
  name: 'merge',
  permission: 'run:write',
  describe: 'land the branches of these tasks, or of all that wait; exit 1 if one does not land',
  positionals: [
    { name: 'task', required: false, variadic: true, describe: 'tasks; without any all that wait' },
  ],
  options: { 'dry-run': flag('say what would land, in which order, and what conflicts; move nothing') },
  example: 'orchestra merge --dry-run',
  run: async (c) => {
    const tasks = c.positionals
    const client = await c.connect()
    if (c.flag('dry-run')) {
      const { previews } = await client.post<{ previews: MergePreview[] }>('/v1/merge', {
        tasks,
        preview: true,
      })
      c.out(c.json ? `${JSON.stringify(previews)}\n` : previews.map(previewText).join('\n'))
      return previews.every(({ conflicts }) => conflicts.length === 0) ? 0 : 1
    }
    const { at } = await client.post<{ at: string }>('/v1/merge', { tasks })
    const rows = await settled(c, tasks, at)
    if (c.json) c.out(`${JSON.stringify(rows)}\n`)
    else c.out(rows.map((row) => rowText(row, tasks)).join(''))
    const isMeant = (task: string) => tasks.length === 0 || tasks.includes(task)
    const bad = rows.some(
      (row) =>
        row.state === 'held' ||
        row.problems.some(({ task }) => isMeant(task)) ||
        row.offered.some(({ task, url }) => isMeant(task) && url === null),
    )
    return bad ? 1 : 0
  },
}

/** When nothing of what was asked for waits, is verified or is being resolved any more. */
async function settled(
  c: VerbContext,
  tasks: readonly string[],
  since: string,
): Promise<readonly MergeRow[]> {
  const client = await c.connect()
  const stop = new AbortController()
  let rows: readonly MergeRow[] = []
  await client.stream(
    '/v1/stream?only=status',
    ({ data }) => {
      const { at, merges } = data as StatusDocument
      rows = merges
      // The first one may be older than what was asked for.
      if (at > since && rows.every((row) => isSettled(row, tasks))) stop.abort()
    },
    stop.signal,
  )
  return rows
}

function isSettled(row: MergeRow, tasks: readonly string[]): boolean {
  if (row.state === 'held') return true
  const open = [
    ...row.queued,
    ...row.batch,
    ...row.offered.flatMap(({ task, url, reason }) => (url === null && reason === null ? [task] : [])),
    ...row.problems.flatMap((one) => (one.resolver === null ? [] : [one.task])),
  ]
  if (tasks.length === 0) return open.length === 0
  const known = [
    ...row.landed,
    ...row.offered.map(({ task }) => task),
    ...row.problems.map(({ task }) => task),
  ]
  return tasks.every((task) => !open.includes(task) && known.includes(task))
}

function rowText(row: MergeRow, tasks: readonly string[]): string {
  const isMeant = (task: string) => tasks.length === 0 || tasks.includes(task)
  const lines = [
    ...row.landed.filter(isMeant).map((task) => `${task}: landed in ${row.into}`),
    ...row.offered
      .filter(({ task }) => isMeant(task))
      .map(
        ({ task, url, reason }) => `${task}: ${url ?? oneLine(reason ?? 'its pull request is asked for')}`,
      ),
    ...row.problems
      .filter(({ task }) => isMeant(task))
      .map(({ task, reason, status }) => `${task}: ${oneLine(reason ?? status)}`),
    ...(row.reason === null ? [] : [`${row.id}: nothing lands: ${oneLine(row.reason)}`]),
  ]
  return lines.length === 0 ? `${row.id}: nothing waits to land\n` : `${lines.join('\n')}\n`
}

function previewText({ merge: name, into, base, lands, contained, conflicts, verify }: MergePreview): string {
  const against = (names: readonly string[]) => (names.length === 0 ? into : names.join(', '))
  return [
    `${name}: into ${into}, which is ${base.slice(0, 10)}`,
    ...lands.map(({ task, oid }, at) => `  ${at + 1}. ${task} (${oid.slice(0, 10)})`),
    ...contained.map((task) => `  ${task}: is in ${into} already`),
    ...conflicts.map(
      ({ task, files, against: whom }) => `  ${task}: conflicts with ${against(whom)} in ${files.join(', ')}`,
    ),
    lands.length === 0
      ? '  nothing would land'
      : `  then: ${verify.length === 0 ? 'nothing is verified' : verify.join('; ')}`,
    '',
  ].join('\n')
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
