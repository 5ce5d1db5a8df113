/** Which role a principal has, and whether it may do what it asks for. */
import type { Layout } from '../layout/model.js'
import type { Principal } from '../principal.js'
import type { Permission } from './permissions.js'
import {
  allows,
  EVERYTHING,
  NEVER_OF_AGENTS,
  OF_COMMENTS,
  reaches,
  roleNamed,
  type RoleSpec,
  type Target,
} from './roles.js'

/** What a principal's role depends on. */
export interface GrantFacts {
  readonly layout: Pick<Layout, 'roles' | 'agents'> | null
  /** Of a token or a device; undefined: there is none, or it has expired. */
  readonly tokenRole: (by: Principal) => string | undefined
  /** The agent that works on an attempt; null: a command, or an attempt that there is not. */
  readonly agentOfAttempt: (id: string) => string | null
}

/** Null: it may do nothing. */
export function roleOf(by: Principal, facts: GrantFacts): RoleSpec | null {
  const own = facts.layout?.roles ?? []
  switch (by.kind) {
    case 'daemon':
    case 'person':
      return EVERYTHING
    case 'token':
    case 'device':
      return roleNamed(facts.tokenRole(by) ?? '', own) ?? null
    case 'agent':
      return agentRole(by.id, own, facts)
    case 'attempt':
      return agentRole(by.id === null ? null : facts.agentOfAttempt(by.id), own, facts)
    // Whoever commands by a comment: GitHub was asked what they may write there, and `github.commands` names them.
    case 'github':
      return commenterRole(own)
  }
}

/** The role `operator`, and of it what the commands need: a layout that makes it wider means its own people. */
function commenterRole(own: readonly RoleSpec[]): RoleSpec | null {
  const role = roleNamed('operator', own)
  if (role === undefined) return null
  return { ...role, allow: role.allow.filter((name) => OF_COMMENTS.includes(name)) }
}

/** The role `agent`, with what the layout's entry of that agent adds; some permissions no agent has, whatever is written. */
function agentRole(id: string | null, own: readonly RoleSpec[], { layout }: GrantFacts): RoleSpec {
  const role = roleNamed('agent', own) ?? { ...EVERYTHING, id: 'agent', allow: [] }
  const more = layout?.agents.find((agent) => agent.id === id)?.access ?? []
  const allow = [...new Set([...role.allow, ...more])].filter((name) => !NEVER_OF_AGENTS.includes(name))
  return { ...role, allow }
}

/** Null: it may. Else the permission that is missing, or that does not reach so far. */
export function missing(
  role: RoleSpec | null,
  wanted: readonly Permission[],
  target: Target | null,
): Permission | null {
  return wanted.find((permission) => role === null || !allows(role, permission, target)) ?? null
}

/** For a sentence: whether the role has the permission, and only not for that target. */
export function isOutOfReach(role: RoleSpec | null, permission: Permission, target: Target | null): boolean {
  return role !== null && role.allow.includes(permission) && !reaches(role, target)
}
