/**
 * Tokens of agents and attempts: nothing is kept of them. Each says whose it is, with a MAC under a key of the store, and is
 * valid as long as that start or that attempt lives. It cannot be made without the store.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { askedId, isId, type AgentId, type AttemptId } from '../../core/ids.js'
import type { RunState } from '../../core/run/state.js'
import { FACTS } from '../../store/facts.js'
import type { Facts } from '../../store/port.js'

const PREFIX = 'orca~'
const KINDS = ['agent', 'attempt'] as const

export interface AgentIdentity {
  readonly kind: (typeof KINDS)[number]
  readonly id: string
}

export class AgentTokens {
  readonly #facts: Pick<Facts, 'get' | 'set'>
  #key: Buffer | null = null

  constructor(facts: Pick<Facts, 'get' | 'set'>) {
    this.#facts = facts
  }

  /** Of one start of an agent. */
  ofAgent(agent: AgentId, generation: number): string {
    return this.#sign('agent', agent, String(generation))
  }

  /** Of an attempt that is a process of its own. */
  ofAttempt(attempt: AttemptId, nonce: string): string {
    return this.#sign('attempt', attempt, nonce)
  }

  static looksLike(token: string): boolean {
    return token.startsWith(PREFIX)
  }

  /** Null: not made here, or its start or attempt has ended. */
  read(token: string, state: RunState): AgentIdentity | null {
    const [, kind, id = '', life = ''] = token.split('~')
    const known = KINDS.find((one) => one === kind)
    if (known === undefined || !isSame(token, this.#sign(known, id, life))) return null
    return isAlive(known, id, life, state) ? { kind: known, id } : null
  }

  #sign(kind: AgentIdentity['kind'], id: string, life: string): string {
    const said = `${PREFIX}${kind}~${id}~${life}`
    return `${said}~${createHmac('sha256', this.#secret()).update(said).digest('base64url')}`
  }

  #secret(): Buffer {
    if (this.#key !== null) return this.#key
    const kept = this.#facts.get(FACTS.accessKey)
    const text = kept ?? randomBytes(32).toString('base64url')
    if (kept === null) this.#facts.set(FACTS.accessKey, text)
    return (this.#key = Buffer.from(text, 'base64url'))
  }
}

function isSame(a: string, b: string): boolean {
  const [one, two] = [Buffer.from(a), Buffer.from(b)]
  return one.length === two.length && timingSafeEqual(one, two)
}

function isAlive(kind: AgentIdentity['kind'], id: string, life: string, state: RunState): boolean {
  if (kind === 'attempt') {
    const attempt = state.attempts.get(askedId(id))
    return attempt !== undefined && attempt.nonce === life && attempt.phase !== 'ended'
  }
  const agent = isId(id) ? state.agents.get(askedId(id)) : undefined
  return agent !== undefined && String(agent.generation) === life && agent.process.status !== 'exited'
}
