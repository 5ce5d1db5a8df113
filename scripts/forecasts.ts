/**
 * How good the forecast is: random plans in the simulator, whose tasks really take another time than estimated, each role with
 * a bias of its own. `npx tsx scripts/forecasts.ts --plans 100`. At 25, 50 and 75 % of the completed tasks the forecast of
 * the end is held against the real end, and each milestone's word against what became of it.
 */
import { parseArgs } from 'node:util'
import { forecast } from '../lib/core/phases/forecast.js'
import { progressOf } from '../lib/core/run/rows/selectors.js'
import type { Layout } from '../lib/core/layout/model.js'
import { layoutOf, type TaskInit } from '../lib/simulate/layout-of.js'
import { Random } from '../lib/simulate/random.js'
import { simulate } from '../lib/simulate/simulate.js'

const { values } = parseArgs({
  options: { plans: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' } },
})
const HOUR = 3_600_000
const SHARES = [0.25, 0.5, 0.75]
const ROLES = ['plan', 'implement', 'review']

interface Look {
  readonly endAt: number
  readonly milestones: ReadonlyMap<string, string>
}

const errors = new Map<number, number[]>(SHARES.map((share) => [share, []]))
const onTime = new Map<number, { said: number; wrong: number }>(
  SHARES.map((share) => [share, { said: 0, wrong: 0 }]),
)
const estimated: number[] = []
const first = Number(values.seed)
for (let seed = first; seed < first + Number(values.plans); seed += 1) judge(seed)

console.log(`${values.plans} plans, seeds from ${first}`)
console.log('by the estimates alone, before the start:', `median error ${percent(median(estimated))}`)
for (const share of SHARES) {
  const { said, wrong } = onTime.get(share)!
  console.log(
    `at ${percent(share)} of the tasks: median error of the end ${percent(median(errors.get(share)!))};`,
    `"on time" said ${said} times, wrong ${wrong} (${percent(said === 0 ? 0 : wrong / said)})`,
  )
}

function judge(seed: number): void {
  const random = new Random(seed * 31 + 5)
  const layout = randomPlan(random)
  const bias = new Map(ROLES.map((role) => [role, 0.7 + random.next() * 1.3]))
  const looks = new Map<number, Look>()
  let begun = false
  const { makespan, state } = simulate({
    layout,
    check: false,
    durations: ({ spec }) => Math.round(spec.estimateMs * (bias.get(spec.role ?? '') ?? 1) * noise(random)),
    watch: (now, at) => {
      if (!begun) estimated.push(forecast(now, { now: at, zone: 'UTC', withHelp: false }).endAt)
      begun = true
      for (const share of SHARES) {
        if (looks.has(share) || progressOf(now) < share) continue
        const { endAt, milestones } = forecast(now, { now: at, zone: 'UTC', withHelp: false })
        looks.set(share, { endAt, milestones: new Map(milestones.map((one) => [one.id, one.state])) })
      }
    },
  })
  const end = (state.startedAt ?? 0) + makespan
  estimated.push(Math.abs(estimated.pop()! - end) / makespan)
  for (const [share, look] of looks) {
    errors.get(share)!.push(Math.abs(look.endAt - end) / makespan)
    for (const [id, said] of look.milestones) {
      if (said !== 'on_time') continue
      const counted = onTime.get(share)!
      counted.said += 1
      if ((state.milestones.get(id as never)?.lateMs ?? 0) > 0) counted.wrong += 1
    }
  }
}

/** Three to six phases of four to ten tasks, three to eight workers, a milestone a phase whose date is about right. */
function randomPlan(random: Random): Layout {
  const tasks: Record<string, TaskInit> = {}
  const phases: Record<string, { tasks: string[]; needs: string[] }> = {}
  const milestones: Record<string, { due: string; tasks: string[] }> = {}
  const agents = Object.fromEntries(
    Array.from({ length: random.between(3, 8) }, (_, n) => [`A${n}`, { role: ROLES[n % ROLES.length]! }]),
  )
  let work = 0
  const count = random.between(3, 6)
  for (let p = 0; p < count; p += 1) {
    const own: string[] = []
    for (let t = random.between(4, 10); t > 0; t -= 1) {
      const id = `t${p}-${t}`
      const estimateMs = random.between(1, 12) * HOUR
      work += estimateMs
      const needs = own.length > 0 && random.chance(0.4) ? [random.pick(own)!] : []
      tasks[id] = {
        role: random.pick(ROLES)!,
        estimateMs,
        needs,
        tier: random.pick(['P0', 'P1', 'P2'] as const)!,
      }
      own.push(id)
    }
    phases[`p${p}`] = { tasks: own, needs: p === 0 || random.chance(0.2) ? [] : [`p${p - 1}`] }
    const due = (work / 2) * (0.8 + random.next() * 0.8)
    milestones[`m${p}`] = { due: new Date(due).toISOString().slice(0, 19), tasks: [`p${p}`] }
  }
  return layoutOf({ agents, tasks, phases, milestones })
}

/** Log-normal, with a median of 1 and a p90 of 1.7: some tasks take far longer. */
function noise(random: Random): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
  return Math.exp(0.41 * normal)
}

function median(list: readonly number[]): number {
  const sorted = list.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`
}
