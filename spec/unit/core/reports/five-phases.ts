/** The mission's plan: five phases, twenty tasks, gates, dates, P0 to P2. */
import type { PersonSpec } from '../../../../lib/core/gates/spec.js'
import type { GateInit, LayoutInit, TaskInit } from '../../../../lib/simulate/layout-of.js'

const H = 3_600_000
const HUMAN: GateInit = { approve: 'human', quorum: { role: 'approver', count: 1 } }
export const MAESTRO: PersonSpec = {
  id: 'maestro',
  is: ['person:1000'],
  roles: ['approver'],
  layer: null,
  notify: false,
}

const PHASES = {
  p0: { title: 'Architecture Decision', goal: 'Five design documents', role: 'plan', tier: 'P0', count: 4 },
  p1: { title: 'Database Foundation', goal: 'A schema that holds', role: 'database', tier: 'P0', count: 5 },
  p2: { title: 'Services', goal: null, role: 'build', tier: 'P1', count: 5 },
  p3: { title: 'Pages', goal: 'What users see', role: 'build', tier: 'P1', count: 4 },
  p4: { title: 'Polish', goal: null, role: 'build', tier: 'P2', count: 2 },
} as const

export function fivePhases(over: Partial<LayoutInit> = {}): LayoutInit {
  const tasks: Record<string, TaskInit> = {}
  const phases: Record<
    string,
    { tasks: string[]; needs: string[]; title: string; goal: string | null; gate?: string }
  > = {}
  const names = Object.keys(PHASES) as (keyof typeof PHASES)[]
  for (const [n, id] of names.entries()) {
    const { count, role, tier, title, goal } = PHASES[id]
    const own = Array.from({ length: count }, (_, i) => `${id}-t${i + 1}`)
    for (const [i, task] of own.entries())
      tasks[task] = {
        title: `${title} ${i + 1}`,
        role,
        tier,
        estimateMs: 4 * H,
        needs: i < 2 ? [] : [own[i - 2]!],
      }
    phases[id] = { tasks: own, needs: n === 0 ? [] : [names[n - 1]!], title, goal }
  }
  phases['p0']!.gate = 'p0-approved'
  phases['p1']!.gate = 'p1-approved'
  return {
    agents: {
      'W-1': { role: 'plan' },
      'W-2': { role: 'database' },
      'W-3': { role: 'database' },
      'W-4': { role: 'build' },
      'W-5': { role: 'build' },
    },
    tasks,
    gates: {
      'p0-approved': {
        ...HUMAN,
        criteria: [
          { text: 'All five design documents are there', verify: ['test -d docs'] },
          { text: 'The schema is approved', verify: [] },
        ],
      },
      'p1-approved': HUMAN,
    },
    people: [MAESTRO],
    phases,
    milestones: {
      m1: { title: 'P0 Critical', due: '2026-12-04', tasks: ['p0', 'p1'] },
      m2: { title: 'All of it', due: '2026-12-19', tasks: Object.keys(PHASES) },
    },
    timezone: 'Asia/Tokyo',
    ...over,
  }
}
