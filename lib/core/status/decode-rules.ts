/** `rules/<type>.yaml` or `.json` of a user → an override, or everything that is wrong with it. */
import { AGENT_STATES } from '../words.js'
import type { Pattern, Region, Rule, RuleOverride } from './rules.js'

export interface RuleProblem {
  /** `rules[2].all[0].matches` */
  readonly path: string
  readonly message: string
}

export type DecodedRules =
  | { readonly ok: true; readonly override: RuleOverride }
  | { readonly ok: false; readonly problems: readonly RuleProblem[] }

const REGIONS =
  /^(?:title|screen|composer|footer|status|block|dialog|transcript|cursor|(?:tail|head):[1-9]\d{0,2})$/
const RULE_KEYS = ['id', 'state', 'priority', 'confidence', 'versions', 'all', 'any', 'none', 'text', 'until']
const MAX_RULES = 500

export function decodeRules(value: unknown): DecodedRules {
  const problems: RuleProblem[] = []
  const report = (path: string, message: string) => problems.push({ path, message })
  const root = record(value)
  if (root === undefined)
    return { ok: false, problems: [{ path: '', message: 'must be a mapping with rules: and disable:' }] }
  for (const key of Object.keys(root)) {
    if (!['version', 'rules', 'disable'].includes(key) && !key.startsWith('x-'))
      report(key, 'is not known here')
  }
  const rules = list(root['rules'], 'rules', report).slice(0, MAX_RULES)
  const decoded = rules.map((rule, i) => decodeRule(rule, `rules[${i}]`, report))
  const disable = list(root['disable'], 'disable', report).map((id, i) => {
    if (typeof id !== 'string') report(`disable[${i}]`, 'must be the id of a rule')
    return String(id)
  })
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, override: { rules: decoded, disable } }
}

type Report = (path: string, message: string) => void

function decodeRule(value: unknown, path: string, report: Report): Rule {
  const rule = record(value)
  if (rule === undefined) {
    report(path, 'must be a mapping')
    return { id: '', state: 'unknown' }
  }
  for (const key of Object.keys(rule))
    if (!RULE_KEYS.includes(key)) report(`${path}.${key}`, 'is not known here')
  const { id, state, priority, confidence, versions } = rule
  if (typeof id !== 'string' || id === '') report(`${path}.id`, 'must be a name')
  const known = AGENT_STATES.find((word) => word === state)
  if (known === undefined) report(`${path}.state`, `must be one of ${AGENT_STATES.join(', ')}`)
  if (priority !== undefined && typeof priority !== 'number') report(`${path}.priority`, 'must be a number')
  if (confidence !== undefined && (typeof confidence !== 'number' || confidence < 0 || confidence > 1)) {
    report(`${path}.confidence`, 'must be a number from 0 to 1')
  }
  if (versions !== undefined && typeof versions !== 'string')
    report(`${path}.versions`, 'must be a range such as ">=2.1.200 <3"')
  const patterns: Record<string, readonly Pattern[]> = {}
  for (const key of ['all', 'any', 'none', 'text', 'until']) {
    if (rule[key] === undefined) continue
    patterns[key] = list(rule[key], `${path}.${key}`, report).map((p, i) =>
      decodePattern(p, `${path}.${key}[${i}]`, report),
    )
  }
  if (patterns['all'] === undefined && patterns['any'] === undefined) report(path, 'needs all: or any:')
  return {
    id: String(id),
    state: known ?? 'unknown',
    ...(typeof priority === 'number' ? { priority } : {}),
    ...(typeof confidence === 'number' ? { confidence } : {}),
    ...(typeof versions === 'string' ? { versions } : {}),
    ...patterns,
  }
}

function decodePattern(value: unknown, path: string, report: Report): Pattern {
  const pattern = record(value)
  const region = pattern?.['in']
  const matches = pattern?.['matches']
  if (typeof region !== 'string' || !REGIONS.test(region)) {
    report(
      `${path}.in`,
      'must be title, screen, tail:N, head:N, composer, footer, status, block, dialog, transcript or cursor',
    )
  }
  if (typeof matches !== 'string' || matches.length > 1000)
    report(`${path}.matches`, 'must be a regular expression')
  else {
    try {
      new RegExp(matches, 'iu').test('')
    } catch (error) {
      report(`${path}.matches`, error instanceof Error ? error.message : 'is no regular expression')
    }
  }
  return {
    in: region as Region,
    matches: String(matches),
    ...(pattern?.['rows'] === true ? { rows: true } : {}),
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}

function list(value: unknown, path: string, report: Report): readonly unknown[] {
  if (value === undefined) return []
  if (Array.isArray(value)) return value
  report(path, 'must be a list')
  return []
}
