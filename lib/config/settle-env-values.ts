import type * as z from 'zod'
import { entryOf, find, put } from './located.js'

/** `port: ${PORT}` gives text, where a number is wanted: turned into one where it reads as one. True when anything changed. */
export function settleEnvValues(root: unknown, issues: readonly z.core.$ZodIssue[]): boolean {
  let changed = false
  for (const issue of issues.flatMap((one) => flattened(one, []))) {
    const key = issue.path.at(-1)
    if (issue.code !== 'invalid_type' || key === undefined || typeof key === 'symbol') continue
    const container = find(root, issue.path.slice(0, -1) as (string | number)[]).value
    const entry = entryOf(container, key)
    if (entry?.source?.includes('${') !== true) continue
    const value = (container as Record<string | number, unknown>)[key]
    const settled = typeof value === 'string' ? settle(value, issue.expected) : undefined
    if (settled === undefined) continue
    put(container as object, key, settled, entry)
    changed = true
  }
  return changed
}

function settle(text: string, expected: string): number | boolean | undefined {
  if ((expected === 'number' || expected === 'int') && /^-?\d{1,15}(\.\d+)?$/.test(text)) return Number(text)
  if (expected === 'boolean' && /^(true|false)$/.test(text)) return text === 'true'
  return undefined
}

function flattened(issue: z.core.$ZodIssue, above: PropertyKey[]): z.core.$ZodIssue[] {
  const path = [...above, ...issue.path]
  const own = { ...issue, path } as z.core.$ZodIssue
  return issue.code === 'invalid_union'
    ? [own, ...issue.errors.flat().flatMap((inner) => flattened(inner, path))]
    : [own]
}
