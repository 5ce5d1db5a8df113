import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { OrchestraError } from '../../core/errors.js'
import { joinReadings, type Reading } from '../../core/github/import/claims.js'
import { decideGraph } from '../../core/github/import/decide-graph.js'
import { conflictLine, graphNotes, graphProblems, takenLine } from '../../core/github/import/describe.js'
import type { IssueGraph } from '../../core/github/import/graph.js'
import { readIssue } from '../../core/github/import/read-issue.js'
import { readPlan } from '../../core/github/import/read-plan.js'
import { toLayout, type ImportedPlan } from '../../core/github/import/to-layout.js'
import type { GithubImport, GithubTake } from '../../core/protocol/github.js'
import { plural } from '../../core/text/plural.js'
import { parseDuration } from '../../core/time.js'
import type { RunVerb, VerbContext } from '../verb.js'
import { isUntouchedProposal, undecided } from './proposal-file.js'

const UNDECIDED = 2
/** Of a plan that people wrote. */
const MAX_PLAN = 4 * 1024 * 1024

export const githubImport: RunVerb = async (c) => {
  const files = c.list('file')
  const target = c.option('output')
  if (target !== undefined && c.flag('run'))
    throw new OrchestraError('--run and -o do not go together', { kind: 'usage' })
  const file = target === undefined ? null : resolve(c.cwd, target)
  if (file !== null && existsSync(file) && !c.flag('force') && !isUntouchedProposal(file))
    throw new OrchestraError(`${target} is there already`, {
      kind: 'usage',
      hint: 'Use --force to replace it.',
    })
  const source = await sourceOf(c)
  const own = source?.repository ?? null
  const readings: Reading[] = (source?.issues ?? []).map((issue) =>
    readIssue(issue, { repository: own ?? '', tierLabels: source?.tierLabels ?? [] }),
  )
  for (const file of files) readings.push(readPlan(await planText(c, file), basename(file), own))
  const take = c.option('take') === 'api' ? 'api' : c.option('take') === 'text' ? 'text' : null
  const column = c.option('column') === 'waits' ? 'waits' : c.option('column') === 'holds' ? 'holds' : null
  const graph = decideGraph(joinReadings(readings), {
    take,
    column,
    files: files.map((file) => basename(file)),
  })
  if (graph.nodes.length === 0) throw new OrchestraError('no issue was found', { kind: 'failed' })
  const named = new Map(Object.entries(source?.bound ?? {}).map(([number, task]) => [`#${number}`, task]))
  return print(c, graph, named, own)
}

/** Null: plans alone are read, for which nobody is asked. */
async function sourceOf(c: VerbContext): Promise<GithubImport | null> {
  const wanted =
    ['on', 'milestone', 'parent'].some((name) => c.option(name) !== undefined) || c.list('label').length > 0
  if (c.list('file').length > 0 && !wanted) return null
  const query = new URLSearchParams()
  for (const name of ['on', 'milestone', 'parent']) {
    const value = c.option(name)
    if (value !== undefined) query.set(name, name === 'parent' ? value.replace(/^#/, '') : value)
  }
  for (const label of c.list('label')) query.append('label', label)
  return (await c.connect()).get<GithubImport>(`/v1/github/import?${query.toString()}`)
}

async function planText(c: VerbContext, file: string): Promise<string> {
  const text = await readFile(resolve(c.cwd, file), 'utf8')
  if (text.length > MAX_PLAN) throw new OrchestraError(`${file} is too long for a plan`, { kind: 'usage' })
  return text
}

async function print(
  c: VerbContext,
  graph: IssueGraph,
  named: ReadonlyMap<string, string>,
  repository: string | null,
): Promise<number> {
  const plan = toLayout(graph, named)
  const problems = graphProblems(graph)
  for (const line of problems) c.err(`${line}\n`)
  for (const line of graphNotes(graph)) c.err(`note: ${line}\n`)
  if (!graph.isDecided)
    c.err('not decided: --take api keeps what GitHub itself says, --take text what was written\n')
  if (c.flag('run')) return graph.isDecided ? take(c, plan) : UNDECIDED
  const target = c.option('output')
  const { importYaml } = await import('../../config/import-yaml.js')
  const ids = new Map(graph.nodes.map(({ ref }, at) => [ref, at] as const))
  const about = new Map<string, string[]>()
  const idOf = (ref: string) =>
    plan.tasks.find(({ issue }) => `#${issue}` === ref)?.id ?? named.get(ref) ?? `issue-${ref.slice(1)}`
  for (const conflict of graph.conflicts)
    if (ids.has(conflict.of))
      about.set(idOf(conflict.of), [
        ...(about.get(idOf(conflict.of)) ?? []),
        conflictLine(conflict),
        takenLine(conflict),
      ])
  const from = repository === null ? 'plans' : repository
  const head = [
    `Imported from ${from}.`,
    ...problems.filter((line) => !line.includes('; taken: ')),
    ...graphNotes(graph),
    ...plan.undated.map((name) => `The milestone ${name} has no date, so that it is not one here.`),
  ]
  const text = importYaml(plan, { head, about })
  if (c.json) c.out(`${JSON.stringify({ ...plan, problems, decided: graph.isDecided })}\n`)
  else if (target === undefined) c.out(text)
  if (target !== undefined) {
    await writeFile(resolve(c.cwd, target), graph.isDecided ? text : undecided(text))
    c.err(
      `${target}: ${plan.tasks.length} tasks, ${plan.phases.length} phases, ${plan.milestones.length} milestones\n`,
    )
  }
  return graph.isDecided ? 0 : UNDECIDED
}

/** Phases stand in layouts alone: what needs one needs its tasks. */
async function take(c: VerbContext, { tasks, phases, milestones }: ImportedPlan): Promise<number> {
  const below = new Map(phases.map((phase) => [phase.id, phase.tasks]))
  const body: GithubTake = {
    on: c.option('on') ?? null,
    tasks: tasks.map(({ estimate, needs, ...task }) => ({
      ...task,
      needs: needs.flatMap((need) => below.get(need) ?? [need]),
      estimateMs: estimate === null ? null : (parseDuration(estimate) ?? null),
    })),
  }
  const { added, known } = await (
    await c.connect()
  ).post<{ added: readonly string[]; known: readonly string[] }>('/v1/github/import', body)
  if (phases.length + milestones.length > 0)
    c.err(
      `note: ${phases.length} phases and ${milestones.length} milestones stand in a layout alone: -o FILE writes them\n`,
    )
  if (c.json) c.out(`${JSON.stringify({ added, known })}\n`)
  else c.out(`${plural(added.length, 'task')} added${known.length === 0 ? '' : `, ${known.length} known`}\n`)
  return 0
}
