/** The criteria of a gate in their order, what their commands said, and which questions are a person's. */
import type { GateSpec } from '../layout/model.js'
import type { CheckResult } from '../run/events.js'

/** The commands of one criterion: they are run in order until one fails. `number`: as in the file, from 1; null: the gate's own `verify`. */
export interface CommandGroup {
  readonly number: number | null
  readonly text: string | null
  readonly commands: readonly string[]
}

type Asks = Pick<GateSpec, 'criteria' | 'verify' | 'approve'>

export function commandGroups({ verify, criteria }: Pick<GateSpec, 'criteria' | 'verify'>): CommandGroup[] {
  const own = verify.length === 0 ? [] : [{ number: null, text: null, commands: verify }]
  const numbered = criteria.map((criterion, i) => ({
    number: i + 1,
    text: criterion.text,
    commands: criterion.verify,
  }))
  return [...own, ...numbered.filter(({ commands }) => commands.length > 0)]
}

export function hasCommands(spec: Pick<GateSpec, 'criteria' | 'verify'>): boolean {
  return spec.verify.length > 0 || spec.criteria.some(({ verify }) => verify.length > 0)
}

/** What a person is asked. `number` null: whether the gate may open, where no criterion is a question. */
export interface GateQuestion {
  readonly number: number | null
  readonly text: string | null
}

export function questionsOf({ criteria, approve }: Asks): GateQuestion[] {
  if (approve !== 'human') return []
  const asked = criteria.flatMap(({ text, verify }, i) =>
    verify.length === 0 ? [{ number: i + 1, text }] : [],
  )
  return asked.length > 0 ? asked : [{ number: null, text: null }]
}

export interface GroupOutcome extends CommandGroup {
  /** `unchecked`: no result of its commands is known. */
  readonly outcome: 'passed' | 'failed' | 'unchecked'
  readonly checks: readonly CheckResult[]
}

/** Results stand in the order of the groups; a group ends with its first failure. null: they are not results of these commands. */
export function groupOutcomes(
  spec: Pick<GateSpec, 'criteria' | 'verify'>,
  checks: readonly CheckResult[],
): readonly GroupOutcome[] | null {
  let at = 0
  const outcomes = commandGroups(spec).map((group): GroupOutcome => {
    const own: CheckResult[] = []
    for (const command of group.commands) {
      const check = checks[at]
      if (check?.command !== command) break
      own.push(check)
      at += 1
      if (!check.ok) break
    }
    const failed = own.some(({ ok }) => !ok)
    const passed = own.length === group.commands.length
    return { ...group, checks: own, outcome: failed ? 'failed' : passed ? 'passed' : 'unchecked' }
  })
  return at === checks.length ? outcomes : null
}

/** What was looked at says the same as before. */
export function sameOutcomes(a: readonly CheckResult[], b: readonly CheckResult[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ command, ok, exitCode }, i) => {
      const other = b[i]!
      return command === other.command && ok === other.ok && exitCode === other.exitCode
    })
  )
}
