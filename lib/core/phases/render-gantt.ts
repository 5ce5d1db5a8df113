import { escapeMermaid } from '../dag/render-mermaid.js'
import type { ForecastDocument, ScheduleRow } from '../protocol/forecast.js'
import type { MilestoneRow } from '../protocol/status.js'
import { civilAt, formatCivil } from '../time-zone.js'

/** A Mermaid gantt: a section a phase, what was and what is forecast; milestones at their dates. Times in the plan's zone. */
export function renderGantt(doc: ForecastDocument): string {
  const when = (iso: string) => {
    const civil = civilAt(Date.parse(iso), doc.timezone)
    return `${formatCivil(civil)}:${String(civil.second).padStart(2, '0')}`
  }
  const lines = [
    'gantt',
    `  title ${plain(doc.session)} (${doc.timezone})`,
    '  dateFormat YYYY-MM-DD HH:mm:ss',
    '  axisFormat %m-%d %H:%M',
  ]
  const ids = new Map(doc.schedule.map(({ task }, at) => [task, `t${at + 1}`]))
  const section = (title: string, rows: readonly ScheduleRow[]) => {
    if (rows.length === 0) return
    lines.push(`  section ${plain(title)}`)
    for (const row of rows) {
      const tags = [...tagsOf(row), ids.get(row.task)!].join(', ')
      lines.push(`  ${nameOf(row)} :${tags}, ${when(row.start)}, ${when(row.end)}`)
    }
  }
  for (const { id, title } of doc.phases)
    section(
      title === null ? id : `${id} ${title}`,
      doc.schedule.filter((row) => row.phase === id),
    )
  const known = new Set(doc.phases.map(({ id }) => id))
  const rest = doc.schedule.filter(({ phase }) => phase === null || !known.has(phase))
  section(doc.phases.length === 0 ? 'tasks' : 'other tasks', rest)
  const dated = doc.milestones.filter(({ due }) => due !== null)
  if (dated.length > 0) lines.push('  section milestones')
  for (const [at, row] of dated.entries()) {
    const tags = [...(row.state === 'late' ? ['crit'] : row.state === 'done' ? ['done'] : []), 'milestone']
    lines.push(`  ${milestoneName(row)} :${tags.join(', ')}, m${at + 1}, ${when(row.due!)}, 0d`)
  }
  return `${lines.join('\n')}\n`
}

/** `crit` is drawn red: what ends late if it takes longer. */
function tagsOf({ status, critical }: ScheduleRow): string[] {
  if (status === 'COMPLETED') return ['done']
  return [...(critical ? ['crit'] : []), ...(status === 'IN_PROGRESS' ? ['active'] : [])]
}

function nameOf({ task, title }: ScheduleRow): string {
  return lineStart(title === task ? task : `${task} ${title}`)
}

function milestoneName({ id, title, state }: MilestoneRow): string {
  return lineStart(`${id}${title === null ? '' : ` ${title}`} (${state.replace('_', ' ')})`)
}

/** What Mermaid takes for a statement of its own, or a date, where a line begins with it. */
const KEYWORD =
  /^(?:gantt|section|title|dateFormat|axisFormat|tickInterval|todayMarker|includes|excludes|inclusiveEndDates|topAxis|week|acc|click|call|href|\d{4}-\d\d-\d\d)/i

function lineStart(name: string): string {
  const text = plain(name)
  return KEYWORD.test(text) ? `#${text.charCodeAt(0)};${text.slice(1)}` : text
}

/** A gantt line ends a name at a colon and knows no quotes; what would be read as more is spelled as an entity. */
function plain(text: string): string {
  return escapeMermaid(
    text.replace(/[\s\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' '),
  ).replaceAll(/[:,]/g, (character) => `#${character.charCodeAt(0)};`)
}
