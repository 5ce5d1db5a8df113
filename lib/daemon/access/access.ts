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
import { findEscalation } from '../../core/run/fold/reduce-escalations.js'
import { askedId, isId } from '../../core/ids.js'
import { formatPrincipal, ownerOfSocket, type Principal } from '../../core/principal.js'
import type { RunEvent } from '../../core/run/events.js'
import type { TokenRecord } from '../../store/facts.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Part } from '../kernel/part.js'
import { AgentTokens } from './agent-tokens.js'
import { Denials } from './denials.js'
import { TokenBook } from './token-book.js'
import { Watchers } from './watchers.js'

/** Who asks, or why that is not known; `kind`: of the token that was wrong. */
type Found =
  | { readonly by: Principal; readonly record: TokenRecord | null }
  | { readonly wrong: string; readonly kind: 'agent' | 'token' | null }

type Needs = Pick<Kernel, 'store' | 'loop' | 'clock' | 'dispatch'>

export class Access implements ApiAccess, Part {
  readonly name = 'access'
  readonly tokens: TokenBook
  readonly ofAgents: AgentTokens
  readonly #kernel: Needs
  readonly #denials: Denials
  readonly #watchers: Watchers
  readonly #owner = ownerOfSocket(process.getuid?.() ?? 0)
  readonly #facts: GrantFacts

  constructor(kernel: Needs) {
    this.#kernel = kernel
    const now = () => kernel.clock.now()
    this.tokens = new TokenBook(kernel.store.facts, now, () => this.#watchers.all())
    this.#watchers = new Watchers({ now, expiresAt: (by) => this.#record(by)?.expiresAt ?? null })
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
    this.#watchers.close()
  }

  authenticate(credentials: Credentials): Principal {
    const found = this.#find(credentials)
    if ('wrong' in found) {
      const { wrong, kind } = found
      if (kind !== null) {
        const by = { kind, id: null, via: credentials.via }
        this.#denials.note({ by, permission: null, request: 'a wrong token' })
      }
      throw unauthorized(wrong)
    }
    const { by, record } = found
    if (record !== null) this.tokens.used(record, credentials.via)
    return by
  }

  identify(credentials: Credentials): Principal | null {
    const found = this.#find(credentials)
    return 'wrong' in found ? null : found.by
  }

  watch(by: Principal, listener: () => void): () => void {
    return this.#watchers.add(by, listener)
  }

  follow({ type }: RunEvent): void {
    if (type === 'layout.applied') this.#watchers.all()
    else this.#watchers.ofRun()
  }

  refusal(
    by: Principal,
    route: AskedRoute,
    params: Readonly<Record<string, string>>,
    query: URLSearchParams,
  ): Refusal | null {
    const { id = '' } = params
    if (route.own === 'task' && this.#isOwnTask(by, id)) return null
    if (route.own === 'escalation' && this.#wasTold(by, id)) return null
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

  #find({ via, token, inside }: Credentials): Found {
    if (token !== null)
      return AgentTokens.looksLike(token) ? this.#ofAgentToken(token, via) : this.#ofToken(token, via)
    // By the socket alone: who says that it is an agent may do less than its owner, and needs no proof.
    if (inside !== null && via === 'socket')
      return { by: { kind: 'agent', id: this.#isAgent(inside) ? inside : null, via }, record: null }
    if (via === 'socket') return { by: this.#owner, record: null }
    return { wrong: 'a token is needed', kind: null }
  }

  #ofAgentToken(token: string, via: Credentials['via']): Found {
    const one = this.ofAgents.read(token, this.#kernel.loop.state)
    if (one !== null) return { by: { ...one, via }, record: null }
    const wrong = 'this token of an agent is not valid, or its start or attempt has ended'
    return { wrong, kind: 'agent' }
  }

  #ofToken(token: string, via: Credentials['via']): Found {
    const record = this.tokens.find(token)
    if (record === undefined) return { wrong: 'the token is wrong, or was revoked', kind: 'token' }
    if (this.tokens.isExpired(record)) return { wrong: `the token ${record.name} has expired`, kind: 'token' }
    return { by: { kind: record.kind, id: record.name, via }, record }
  }

  #tokenRole(by: Principal): string | undefined {
    const record = this.#record(by)
    return record === undefined || this.tokens.isExpired(record) ? undefined : record.role
  }

  #record({ kind, ...rest }: Principal): TokenRecord | undefined {
    const record = 'id' in rest && rest.id !== null ? this.tokens.named(rest.id) : undefined
    return record?.kind === kind ? record : undefined
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

  #wasTold(by: Principal, id: string): boolean {
    if (by.kind !== 'agent') return false
    const one = findEscalation(this.#kernel.loop.state, id)
    return one?.deliveries.some(({ to }) => to === formatPrincipal(by)) === true
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
