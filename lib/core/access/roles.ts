/** Roles: sets of permissions, and which agents and gates they reach. Built in, and added or replaced by a layout. */
import { fields, list, orNull, text, word } from '../shape.js'
import { PERMISSIONS, type Permission } from './permissions.js'

export interface RoleSpec {
  readonly id: string
  readonly allow: readonly Permission[]
  /** Ids, `*` stands for anything; null: all agents. */
  readonly agents: readonly string[] | null
  /** As `agents`; null: all gates. */
  readonly gates: readonly string[] | null
}

export const roleShape = fields<RoleSpec>({
  id: text(),
  allow: list(word(...PERMISSIONS)),
  agents: orNull(list(text())),
  gates: orNull(list(text())),
})

const READ = PERMISSIONS.filter((name) => name.endsWith(':read'))
const APPROVE = [...READ, 'answers:write'] as const satisfies readonly Permission[]
const OPERATE = [
  ...APPROVE,
  'agents:send',
  'agents:restart',
  'tasks:write',
  'tasks:delete',
  'run:write',
  'agent:execute',
] as const satisfies readonly Permission[]

const everywhere = { agents: null, gates: null }

export const BUILT_IN_ROLES: readonly RoleSpec[] = [
  { id: 'viewer', allow: READ, ...everywhere },
  { id: 'approver', allow: APPROVE, ...everywhere },
  { id: 'operator', allow: OPERATE, ...everywhere },
  { id: 'admin', allow: PERMISSIONS, ...everywhere },
  { id: 'agent', allow: ['status:read'], ...everywhere },
]

/** Whoever answers for an agent could approve what it does; whoever makes tokens could make one that answers. */
export const NEVER_OF_AGENTS: readonly Permission[] = ['answers:write', 'admin:access']

/** What commands in comments can ask for: approve, deny, retry, cancel, pause, resume, status. */
export const OF_COMMENTS: readonly Permission[] = [
  'status:read',
  'answers:write',
  'tasks:write',
  'tasks:delete',
  'run:write',
]

export const EVERYTHING: RoleSpec = { id: 'admin', allow: PERMISSIONS, ...everywhere }

/** The layout's own role of that name, else the built-in one. */
export function roleNamed(name: string, own: readonly RoleSpec[]): RoleSpec | undefined {
  return own.find(({ id }) => id === name) ?? BUILT_IN_ROLES.find(({ id }) => id === name)
}

export function roleNames(own: readonly RoleSpec[]): string[] {
  return [...new Set([...BUILT_IN_ROLES, ...own].map(({ id }) => id))]
}

/** What a request is about, as far as roles are limited to it. */
export interface Target {
  readonly kind: 'agent' | 'gate'
  readonly id: string
}

/** As the id of a target: whichever agent takes it. A role that reaches some agents alone does not reach it. */
export const ANY_AGENT = '*'

export function allows(role: RoleSpec, permission: Permission, target: Target | null): boolean {
  return role.allow.includes(permission) && reaches(role, target)
}

export function reaches(role: RoleSpec, target: Target | null): boolean {
  if (target === null) return true
  const ids = target.kind === 'agent' ? role.agents : role.gates
  return ids === null || ids.some((pattern) => matches(pattern, target.id))
}

function matches(pattern: string, id: string): boolean {
  const parts = pattern.split('*')
  const [first = '', ...rest] = parts
  if (rest.length === 0) return pattern === id
  if (!id.startsWith(first)) return false
  let at = first.length
  for (const [i, part] of rest.entries()) {
    if (i === rest.length - 1) return id.length - part.length >= at && id.endsWith(part)
    const found = id.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return false
}
