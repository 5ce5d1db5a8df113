/** Entries of a section of the layout that have an id, as steps: what was added, changed, removed. */
import type { PlanStep } from '../protocol/api.js'
import { sameValue } from '../same-value.js'
import { planStep } from './plan-step.js'

interface Entry {
  readonly id: string
}

export function entrySteps(what: string, before: readonly Entry[], after: readonly Entry[]): PlanStep[] {
  const changed = after.flatMap((entry) => {
    const old = before.find(({ id }) => id === entry.id)
    const subject = `${what} ${entry.id}`
    if (old === undefined) return [planStep('create', 'setting', subject)]
    const changes = changesOf(old, entry)
    return changes.length === 0 ? [] : [planStep('change', 'setting', subject, { changes })]
  })
  const gone = before.filter(({ id }) => !after.some((entry) => entry.id === id))
  return [...changed, ...gone.map(({ id }) => planStep('remove', 'setting', `${what} ${id}`))]
}

/** `due: 2026-12-19 → 2026-12-21`, `tasks: +c -a`. */
function changesOf(before: Entry, after: Entry): string[] {
  const [from, to] = [before, after] as const satisfies readonly object[] as unknown as readonly [
    Fields,
    Fields,
  ]
  return Object.keys(to).flatMap((key) => {
    const [a, b] = [from[key], to[key]]
    if (sameValue(a, b)) return []
    const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    if (isPlain(a) && isPlain(b)) return [`${name}: ${said(a)} → ${said(b)}`]
    if (!isTexts(a) || !isTexts(b)) return [name]
    const more = b.filter((one) => !a.includes(one)).map((one) => `+${one}`)
    const less = a.filter((one) => !b.includes(one)).map((one) => `-${one}`)
    return [`${name}: ${[...more, ...less].join(' ') || 'in another order'}`]
  })
}

type Fields = Readonly<Record<string, unknown>>

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

export function isPlain(value: unknown): boolean {
  return value === null || value === undefined || typeof value !== 'object'
}

export function said(value: unknown): string {
  return typeof value === 'string' ? value : value == null ? 'none' : JSON.stringify(value)
}
