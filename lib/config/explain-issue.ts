/** What zod found, in plain words and at the place where it stands. */
import type * as z from 'zod'
import { nearest } from '../core/layout/did-you-mean.js'
import type { LayoutPath } from '../core/layout/report.js'
import { quote } from '../core/layout/report.js'
import { find } from './located.js'
import { KNOWN_KEYS } from './keys/key.js'

type Issue = z.core.$ZodIssue

export interface Explained {
  readonly path: LayoutPath
  readonly message: string
  /** The place of the key, not of its value. */
  readonly atKey: boolean
  readonly unknownKey: boolean
}

/** What people of other tools write, and what it is called here. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  session_name: 'session',
  name: 'title',
  socket_name: 'tmux: { socket: … }',
  window_name: 'name',
  shell_command: 'command',
  shell: 'command',
  cmd: 'command',
  run: 'command',
  args: 'command',
  start_directory: 'cwd',
  root: 'cwd',
  dir: 'cwd',
  workdir: 'cwd',
  working_dir: 'cwd',
  environment: 'env',
  depends_on: 'needs',
  dependencies: 'needs',
  depends: 'needs',
  description: 'prompt',
  estimated_time: 'estimate',
  retries: 'retry',
  servers: 'machines',
  hosts: 'machines',
  jobs: 'tasks',
  hostname: 'host',
  proxy_jump: 'jump',
  key: 'identity_file',
  workers: 'agents',
}

export function explainIssues(issues: readonly Issue[], root: unknown): Explained[] {
  return issues.filter((issue) => !isOutOfReach(issue)).flatMap((issue) => explainIssue(issue, [], root))
}

/** A number beyond all numbers is beyond the field's own limit too, and that one says more. */
function isOutOfReach(issue: Issue): boolean {
  return issue.code === 'too_big' && issue.maximum === Number.MAX_SAFE_INTEGER
}

function explainIssue(issue: Issue, above: LayoutPath, root: unknown): Explained[] {
  const path = [...above, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))]
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: `there is no key ${quote(key)} here${knownKey(key, issue.message)}`,
      atKey: true,
      unknownKey: true,
    }))
  }
  if (issue.code === 'invalid_key') {
    const message = `${quote(String(path.at(-1)))} ${issue.issues[0]?.message ?? 'is no name'}`
    return [{ path, message, atKey: true, unknownKey: false }]
  }
  if (issue.code === 'invalid_union') return explainUnion(issue, path, root)
  return [{ path, message: explainValue(issue, path, root), atKey: false, unknownKey: false }]
}

function knownKey(key: string, text: string): string {
  const known = text.startsWith(KNOWN_KEYS) ? text.slice(KNOWN_KEYS.length).split(' ') : []
  const near = nearest(key, known)
  if (near !== undefined) return ` (did you mean ${near}?)`
  const other = OTHER_NAMES[key.toLowerCase()]
  if (other !== undefined && known.includes(other.split(':')[0]!)) return ` (did you mean ${other}?)`
  return known.length === 0 ? '' : ` (there are ${known.join(', ')})`
}

/** Of a value that may have several shapes, the shape that it was meant to have speaks. */
function explainUnion(issue: z.core.$ZodIssueInvalidUnion, path: LayoutPath, root: unknown): Explained[] {
  const fitting = issue.errors.filter((branch) => !branch.some(isWrongShape))
  const chosen = fitting.sort((a, b) => a.length - b.length)[0]
  if (chosen !== undefined) return chosen.flatMap((inner) => explainIssue(inner, path, root))
  const expected = new Set(issue.errors.flat().filter(isWrongShape).map(expectedWords))
  return [
    { path, message: wrongType([...expected].join(' or '), path, root), atKey: false, unknownKey: false },
  ]
}

function isWrongShape(issue: Issue): boolean {
  return issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value')
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map (key: value)',
  record: 'a map (key: value)',
  null: 'empty',
}

function expectedWords(issue: Issue): string {
  if (issue.code === 'invalid_type') return WORDS[issue.expected] ?? issue.expected
  if (issue.code === 'invalid_value') return issue.values.map((value) => String(value)).join(', ')
  return 'something else'
}

function explainValue(issue: Issue, path: LayoutPath, root: unknown): string {
  const found = find(root, path)
  if (!found.complete) return `${quote(String(path.at(-1)))} is missing`
  const { value } = found
  const shown = describe(value, found.entry?.source ?? null)
  if (issue.code === 'invalid_type') {
    // Some fields say better than their type does what they want.
    const own = issue.message.startsWith('Invalid input') ? undefined : issue.message
    return own === undefined ? wrongType(expectedWords(issue), path, root) : `${shown} ${own}`
  }
  if (issue.code === 'invalid_value') {
    if (issue.values.length === 1) return `${shown} ${issue.message}`
    const names = issue.values.map(String)
    const near = typeof value === 'string' ? nearest(value, names) : undefined
    return `${shown} is none of ${names.join(', ')}${near === undefined ? '' : ` (did you mean ${near}?)`}`
  }
  if (issue.code === 'too_small') {
    if (issue.origin === 'string') return 'must not be empty'
    if (issue.origin === 'array') return 'the list must not be empty'
    const least = issue.inclusive === false ? 'more than' : 'at least'
    return `must be ${least} ${String(issue.minimum)}, not ${found.entry?.source ?? shown}`
  }
  if (issue.code === 'too_big') {
    if (issue.origin === 'string') return `is too long: at most ${String(issue.maximum)} characters`
    return `must be at most ${String(issue.maximum)}, not ${found.entry?.source ?? shown}`
  }
  // Keys and tokens stand in these.
  const isPrivate = path.at(-1) === 'webhook' || path.at(-2) === 'env'
  return isPrivate ? issue.message : `${shown} ${issue.message}`
}

function wrongType(expected: string, path: LayoutPath, root: unknown): string {
  const found = find(root, path)
  if (!found.complete) return `${quote(String(path.at(-1)))} is missing`
  const shown = describe(found.value, found.entry?.source ?? null)
  const wantsText =
    expected.startsWith('text') && (typeof found.value === 'number' || typeof found.value === 'boolean')
  return `this should be ${expected}, but it is ${shown}${wantsText ? '; put it in quotes' : ''}`
}

function describe(value: unknown, source: string | null): string {
  if (value === null || value === undefined) return 'empty'
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'number') return `the number ${source ?? String(value)}`
  if (typeof value === 'boolean') return `${source ?? String(value)} (yes or no)`
  return Array.isArray(value) ? 'a list' : 'a map'
}
