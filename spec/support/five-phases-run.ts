/** The mission's five phases for real: twenty tasks, gates, tiers, dates, and reports whose times lie minutes ahead. */
import type { RunEvent } from '../../lib/core/run/events.js'
import type { Orchestra } from './orchestra.js'

const MINUTE = 60_000
const SIZES = [4, 5, 5, 4, 2]
const ROLES = ['plan', 'database', 'build', 'build', 'build']
const TIERS = ['P0', 'P0', 'P1', 'P1', 'P2']

export const PHASES = SIZES.map((size, p) => ({
  id: `p${p}`,
  tasks: Array.from({ length: size }, (_, t) => `p${p}-t${t + 1}`),
  role: ROLES[p]!,
  tier: TIERS[p]!,
  gate: p < 2 ? `ok-p${p}` : null,
}))
export const WORKERS = { 'W-1': 'plan', 'W-2': 'database', 'W-3': 'database', 'W-4': 'build', 'W-5': 'build' }
/** It makes files, which are checked. */
export const WITH_FILES = 'p0-t4'
/** Its first attempt fails. */
export const FLAKY = 'p2-t1'

export interface Times {
  readonly standup: number
  readonly synthesis: number
  readonly weekly: number
  readonly due: number
}

/** Full minutes that lie ahead. */
export function timesFrom(now: number): Times {
  const first = Math.ceil((now + 15_000) / MINUTE) * MINUTE
  return { standup: first, synthesis: first + MINUTE, weekly: first + MINUTE, due: now + 10 * MINUTE }
}

const clock = (at: number) => new Date(at).toISOString().slice(11, 16)
const weekday = (at: number) => new Date(at).toUTCString().slice(0, 3)

export function fivePhases({ standup, synthesis, weekly, due }: Times): string {
  const tasks = PHASES.flatMap(({ tasks: own, role, tier }) =>
    own.map((id) => {
      const more =
        id === WITH_FILES
          ? `, role: ${role}, outputs: [docs/design.md, core.ts], verify: [test -s core.ts]`
          : id === FLAKY
            ? `, type: command, command: "test -e again || { touch again; exit 3; }", retry: { attempts: 2, delay: 1s }`
            : `, role: ${role}`
      return `  ${id}: { title: Task ${id}, tier: ${tier}, estimate: 20s${more} }`
    }),
  )
  const phases = PHASES.map(({ id, tasks: own, gate }, p) => {
    const more = `${p === 0 ? '' : `, needs: [p${p - 1}]`}${gate === null ? '' : `, gate: ${gate}`}`
    return `  ${id}: { title: Phase ${p}, goal: Goal ${p}, tasks: [${own.join(', ')}]${more} }`
  })
  const agents = Object.entries(WORKERS).map(([id, role]) => `  ${id}: { type: demo, role: ${role} }`)
  return `version: 1
session: five
timezone: UTC
people: { me: { is: person:${process.getuid?.()}, roles: approver } }
agent_types: { demo: { extends: demo, env: { DEMO_SPEED: "2" } } }
agents:
${agents.join('\n')}
tasks:
${tasks.join('\n')}
gates:
  ok-p0: { criteria: [ { text: It is there, verify: [ 'test -s core.ts' ] }, { text: The schema is approved } ], approve: { role: approver, count: 1 } }
  ok-p1: { approve: human }
phases:
${phases.join('\n')}
milestones:
  m1: { title: P0, due: "${new Date(due).toISOString().slice(0, 19)}", tasks: [p0, p1] }
  m2: { title: All, due: 2026-01-01, tasks: [p4] }
reports: { standup: "${clock(standup)}", synthesis: "${clock(synthesis)}", weekly: "${weekday(weekly)} ${clock(weekly)}" }
sync: { on: [phase, blocker] }
`
}

/** The whole journal as it stands. */
export async function journalOf(o: Orchestra): Promise<RunEvent[]> {
  const said = await o.ok('events', '--since', '2026-01-01', '--raw')
  return said
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent)
}

/** Of a report's text: its headings in their order, each with its fields and their lines. */
export function sectionsOf(text: string): Map<string, Map<string, string[]>> {
  const sections = new Map<string, Map<string, string[]>>()
  let fields = new Map<string, string[]>()
  let lines: string[] = []
  for (const line of text.split('\n')) {
    const field = /^- \*\*(.+?)\*\*:(?: (.*))?$/.exec(line)
    if (line.startsWith('## ')) sections.set(line.slice(3), (fields = new Map()))
    else if (field !== null) fields.set(field[1]!, (lines = field[2] === undefined ? [] : [field[2]]))
    else if (line.startsWith('  - ')) lines.push(line.slice(4))
  }
  return sections
}
