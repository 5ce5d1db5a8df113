/** Who asks, and whether it may: the daemon's side of the seam that every door passes. */
import {
  forbidden,
  type Access as ApiAccess,
  type AskedRoute,
  type Credentials,
  type Refusal,
} from '../../api/access.js'
import { isOutOfReach, missing, roleOf, type GrantFacts } from '../../core/access/grant.js'
import type { Permission } from '../../core/access/permissions.js'
import { ANY_AGENT, type RoleSpec, type Target } from '../../core/access/roles.js'
import { OrchestraError } from '../../core/errors.js'
import { askedId, isId } from '../../core/ids.js'
import { formatPrincipal, ownerOfSocket, type Principal } from '../../core/principal.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Part } from '../kernel/part.js'
import { AgentTokens } from './agent-tokens.js'
import { Denials } from './denials.js'
import { TokenBook } from './token-book.js'

type Needs = Pick<Kernel, 'store' | 'loop' | 'clock' | 'dispatch'>

export class Access implements ApiAccess, Part {
  readonly name = 'access'
  readonly tokens: TokenBook
  readonly ofAgents: AgentTokens
  readonly #kernel: Needs
  readonly #denials: Denials
  readonly #owner = ownerOfSocket(process.getuid?.() ?? 0)
  readonly #facts: GrantFacts

  constructor(kernel: Needs) {
    this.#kernel = kernel
    this.tokens = new TokenBook(kernel.store.facts, () => kernel.clock.now())
    this.ofAgents = new AgentTokens(kernel.store.facts)
    this.#denials = new Denials(kernel)
    this.#facts = {
      get layout() {
        return kernel.loop.state.layout
      },
      tokenRole: (by) => this.#tokenRole(by),
      agentOfAttempt: (id) => kernel.loop.state.attempts.get(askedId(id))?.agent ?? null,
    }
  }

  stop(): void {
    this.#denials.close()
  }

  authenticate({ via, token, inside }: Credentials): Principal {
    if (token !== null) return this.#ofToken(token, via)
    // Whoever says that it is an agent may do less, and needs no proof.
    if (inside !== null) return { kind: 'agent', id: this.#isAgent(inside) ? inside : null, via }
    if (via === 'socket') return this.#owner
    throw unauthorized('a token is needed')
  }

  refusal(
    by: Principal,
    route: AskedRoute,
    params: Readonly<Record<string, string>>,
    query: URLSearchParams,
  ): Refusal | null {
    const { id = '' } = params
    if (route.own === true && this.#isOwnTask(by, id)) return null
    const target = this.#targetOf(route, id)
    const base = route.permission === 'any' ? [] : [route.permission]
    return this.refusalOf(by, [...base, ...(route.also?.(query) ?? [])], target)
  }

  /** As `refusal`, without a row: for what only a body names. */
  refusalOf(by: Principal, wanted: readonly Permission[], target: Target | null): Refusal | null {
    const role = this.roleOf(by)
    const permission = missing(role, wanted, target)
    return permission === null ? null : sayRefused(by, role, permission, target)
  }

  /** @throws OrchestraError(forbidden), and notes it. */
  demand(by: Principal, permission: Permission, target: Target | null, request: string): void {
    const refusal = this.refusalOf(by, [permission], target)
    if (refusal === null) return
    this.#denials.note({ by, permission, request })
    throw forbidden(by, refusal)
  }

  refused(by: Principal, { method, path }: AskedRoute, { permission }: Refusal): void {
    this.#denials.note({ by, permission, request: `${method} ${path}` })
  }

  roleOf(by: Principal): RoleSpec | null {
    return roleOf(by, this.#facts)
  }

  #ofToken(token: string, via: Credentials['via']): Principal {
    if (AgentTokens.looksLike(token)) {
      const one = this.ofAgents.read(token, this.#kernel.loop.state)
      if (one !== null) return { ...one, via }
      throw this.#wrong(
        'agent',
        via,
        'this token of an agent is not valid, or its start or attempt has ended',
      )
    }
    const record = this.tokens.find(token)
    if (record === undefined) throw this.#wrong('token', via, 'the token is wrong, or was revoked')
    if (this.tokens.isExpired(record)) throw this.#wrong('token', via, `the token ${record.name} has expired`)
    this.tokens.used(record, via)
    return { kind: record.kind, id: record.name, via }
  }

  #wrong(kind: 'agent' | 'token', via: Credentials['via'], message: string): OrchestraError {
    this.#denials.note({ by: { kind, id: null, via }, permission: null, request: 'a wrong token' })
    return unauthorized(message)
  }

  #tokenRole({ kind, ...rest }: Principal): string | undefined {
    const record = 'id' in rest && rest.id !== null ? this.tokens.named(rest.id) : undefined
    return record === undefined || record.kind !== kind || this.tokens.isExpired(record)
      ? undefined
      : record.role
  }

  #isAgent(name: string): boolean {
    return isId(name) && this.#kernel.loop.state.agents.has(askedId(name))
  }

  /** Its own task: what the agent, or that very attempt, is working on. */
  #isOwnTask(by: Principal, task: string): boolean {
    if ((by.kind !== 'agent' && by.kind !== 'attempt') || by.id === null) return false
    const { tasks, attempts } = this.#kernel.loop.state
    const last = tasks.get(askedId(task))?.attempts.at(-1)
    const attempt = last === undefined ? undefined : attempts.get(last)
    if (attempt === undefined || attempt.phase === 'ended') return false
    return by.kind === 'attempt' ? attempt.id === by.id : attempt.agent === by.id
  }

  /** Who works on it, has worked on it, or is to do it. */
  #agentOfTask(id: string): Target | null {
    const { tasks, attempts } = this.#kernel.loop.state
    const task = tasks.get(askedId(id))
    const last = task?.attempts.at(-1)
    const agent = (last === undefined ? undefined : attempts.get(last)?.agent) ?? task?.spec.agent
    if (task === undefined || task.spec.kind === 'command') return null
    return { kind: 'agent', id: agent ?? ANY_AGENT }
  }

  #targetOf({ about }: AskedRoute, id: string): Target | null {
    if (about === 'agent') return { kind: 'agent', id }
    if (about === 'task') return this.#agentOfTask(id)
    if (about !== 'asker') return null
    const { agents, gates } = this.#kernel.loop.state
    const isGate = !agents.has(askedId(id)) && gates.has(askedId(id))
    return { kind: isGate ? 'gate' : 'agent', id }
  }
}

function unauthorized(message: string): OrchestraError {
  return new OrchestraError(message, {
    kind: 'unauthorized',
    hint: 'Somebody with admin:access can make a new one.',
  })
}

function sayRefused(
  by: Principal,
  role: RoleSpec | null,
  permission: Permission,
  target: Target | null,
): Refusal {
  const who = formatPrincipal(by)
  if (target !== null && isOutOfReach(role, permission, target)) {
    const whom = target.id === ANY_AGENT ? 'any agent' : `${target.kind} ${target.id}`
    return {
      permission,
      message: `${who} may not do this to ${whom}`,
      hint: `Its role ${role?.id ?? ''} does not reach it.`,
    }
  }
  const isAgent = by.kind === 'agent' || by.kind === 'attempt'
  return {
    permission,
    message: `${who} may not do this: it needs ${permission}`,
    hint: isAgent
      ? 'The layout gives an agent more with `access:`; only a person answers.'
      : `Its role${role === null ? '' : ` ${role.id}`} does not have that permission.`,
  }
}
