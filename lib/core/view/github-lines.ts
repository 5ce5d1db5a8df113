/** What stands on GitHub: each connection, its red workflows with why and what to do, what is still to be written, issues of tasks. */
import { isRed, redLine } from '../github/connection-state.js'
import type { GithubRow, WorkflowRow } from '../github/rows.js'
import type { StatusDocument, TaskRow } from '../protocol/status.js'
import { safeText } from '../text/safe-text.js'
import { wrap } from '../text/wrap.js'
import type { Millis } from '../time.js'
import { dotOf, ellipsisOf, glyph, MACHINE_LOOK, TASK_LOOK, type Theme } from './glyphs.js'
import { joinFitting, shortenLine, span, type Line } from './spans.js'
import { formatAge, millisOf } from './times.js'

export interface GithubLook extends Theme {
  readonly now: Millis
}

/** For `status`: a line a connection and a red workflow; nothing where no machine is connected. */
export function githubLines({ github }: StatusDocument, cols: number, look: GithubLook): Line[] {
  if (github.length === 0) return []
  const rows = github.flatMap((one) => [
    connectionLine(one, cols, look),
    ...one.runs.filter(isRed).map((run) => workflowLine(run, cols, look)),
  ])
  return [[span('GITHUB', 'head')], ...rows]
}

/** The whole screen: also why a workflow is red and what to do, workflows that are green, problems, issues. */
export function githubPage({ github, tasks }: StatusDocument, cols: number, look: GithubLook): Line[] {
  if (github.length === 0) return [[span('no machine of the layout is connected to GitHub', 'quiet')]]
  return github.flatMap((one, index) => [
    ...(index === 0 ? [] : [[]]),
    connectionLine(one, cols, look),
    ...one.runs.flatMap((run) => [workflowLine(run, cols, look), ...whyLines(run, cols, look)]),
    ...problemLines(one, cols, look),
    ...issueLines(issuesOf(tasks, one), cols, look),
  ])
}

function ageAt(iso: string | null, { now }: GithubLook): Millis | null {
  const at = millisOf(iso)
  return at === null ? null : Math.max(0, now - at)
}

function connectionLine(row: GithubRow, cols: number, look: GithubLook): Line {
  const { machine, repository, state, outbox } = row
  const of = MACHINE_LOOK[state]
  const asked = ageAt(row.polled_at, look)
  const parts: Line[] = [
    [span(of.word, of.tone)],
    [span(repository)],
    ...(['pending', 'uncertain', 'refused'] as const)
      .filter((name) => outbox[name] > 0)
      .map((name): Line => [span(`${outbox[name]} ${name}`, name === 'refused' ? 'bad' : 'warn')]),
    [span(asked === null ? 'not looked at yet' : `looked at ${formatAge(asked)} ago`, 'quiet')],
  ]
  const head: Line = [glyph(of, look), span(` ${machine}  `, 'strong')]
  return [...head, ...joinFitting(parts, cols - machine.length - 4, dotOf(look))]
}

function workflowLine(run: WorkflowRow, cols: number, look: GithubLook): Line {
  const bad = isRed(run)
  const age = ageAt(run.since, look)
  const place = [run.job, run.step].filter((one) => one !== null).join(' / ')
  return shortenLine(
    [
      span('  '),
      glyph(bad ? TASK_LOOK.FAILED : TASK_LOOK.COMPLETED, look),
      span(` ${run.workflow}`, bad ? 'strong' : 'plain'),
      span(` ${run.conclusion}`, bad ? 'bad' : 'quiet'),
      span(`${age === null ? '' : ` ${formatAge(age)}`}${place === '' ? '' : `  ${place}`}`, 'quiet'),
    ],
    cols,
    ellipsisOf(look),
  )
}

/** Whole, however narrow the screen is: a command is of no use in part. */
function whyLines({ text, fix }: WorkflowRow, cols: number, look: GithubLook): Line[] {
  const lines = (said: string | null) =>
    said === null ? [] : said.split('\n').flatMap((one) => wrap(safeText(one), Math.max(8, cols - 6)))
  const arrow = look.ascii ? '>' : '→'
  return [
    ...lines(text).map((one): Line => [span(`      ${one}`, 'quiet')]),
    ...lines(fix).map((one, at): Line => [
      span(at === 0 ? `    ${arrow} ` : '      ', 'quiet'),
      span(one, 'accent'),
    ]),
  ]
}

/** Red workflows stand above. */
function problemLines({ problems, runs }: GithubRow, cols: number, look: GithubLook): Line[] {
  const red = runs.filter(isRed).map(redLine)
  return problems
    .filter((text) => !red.includes(text))
    .flatMap((text) =>
      wrap(safeText(text), Math.max(8, cols - 4)).map((one, at): Line => [
        at === 0 ? span(look.ascii ? '  ! ' : '  ▲ ', 'warn') : span('    '),
        span(one),
      ]),
    )
}

/** With several connections an issue is told apart by its address. */
function issuesOf(tasks: readonly TaskRow[], { repository }: GithubRow): TaskRow[] {
  return tasks.filter(({ issue }) => issue !== null && (issue.url ?? '').includes(`/${repository}/`))
}

function issueLines(tasks: readonly TaskRow[], cols: number, look: GithubLook): Line[] {
  if (tasks.length === 0) return []
  const sorted = [...tasks].sort((a, b) => (a.issue?.number ?? 0) - (b.issue?.number ?? 0))
  const width = Math.max(...sorted.map(({ issue }) => `${issue?.number ?? ''}`.length)) + 1
  return [
    [span(`  ISSUES ${tasks.length}`, 'head')],
    ...sorted.map(({ issue, id, title, status }) => {
      const of = TASK_LOOK[status]
      const state = issue?.state ?? '?'
      return shortenLine(
        [
          span('  '),
          glyph(of, look),
          span(` ${`#${issue?.number ?? ''}`.padStart(width)}`, 'accent'),
          span(` ${state.padEnd(6)}`, state === 'closed' ? 'quiet' : 'plain'),
          span(` ${id}`, 'strong'),
          span(` ${of.word}`, of.tone),
          span(title === id ? '' : `  ${title}`, 'quiet'),
        ],
        cols,
        ellipsisOf(look),
      )
    }),
  ]
}
