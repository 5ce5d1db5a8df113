/**
 * Obeys commands in comments, each once. What became of one is in the store before its receipt leaves; one that was begun and
 * not noted, because the daemon was killed, is safe to begin again: a gate's answer is bound to a revision, and a task that
 * was tried again or cancelled refuses the second time.
 */
import { messageOf } from '../../core/errors.js'
import { parseCommand, type Command } from '../../core/github/commands/command.js'
import { isEnough, whyNoCommand } from '../../core/github/commands/may-command.js'
import { gateCode } from '../../core/github/gate-code.js'
import type { CommentFacts } from '../../core/github/model.js'
import type { GithubSpec } from '../../core/github/spec.js'
import { askedId } from '../../core/ids.js'
import type { Principal } from '../../core/principal.js'
import { questionOfGate } from '../../core/run/rows/question.js'
import { safeText } from '../../core/text/safe-text.js'
import type { GithubClient } from '../../github/client.js'
import { FACTS } from '../../store/facts.js'
import type { Kernel } from '../kernel/kernel.js'
import type { RepositoryCache } from './repository-cache.js'

export type Receipt = 'eyes' | '+1' | '-1' | 'confused'

/** A request of the daemon's own, as if that principal had made it. Rejects with a reason for the person. */
export type AsPrincipal = (
  by: Principal,
  method: 'POST' | 'DELETE',
  path: string,
  body: unknown,
) => Promise<unknown>

export interface CommandNeeds {
  readonly kernel: Pick<Kernel, 'loop' | 'clock' | 'log' | 'store' | 'dispatch'>
  readonly spec: GithubSpec
  readonly where: { readonly owner: string; readonly repo: string }
  readonly client: GithubClient
  readonly cache: RepositoryCache
  readonly ask: AsPrincipal
  readonly receipt: (comment: number, content: Receipt) => void
  /** Why another orchestra answers commands there; null: we do. */
  readonly readsOnly: () => string | null
  /** GitHub's clock. */
  readonly theirNow: () => number
}

export class Commands {
  readonly #needs: CommandNeeds
  readonly #known: Map<string, string>

  constructor(needs: CommandNeeds) {
    this.#needs = needs
    this.#known = new Map(needs.kernel.store.facts.entries(FACTS.githubCommand))
  }

  /** All comments that were not dealt with yet, oldest first. */
  async obey(): Promise<void> {
    const { cache } = this.#needs
    const after = cache.poll.commandsAfter
    if (after === null) return
    const open = [...cache.comments.values()]
      .filter(({ id, body }) => id > after && body.startsWith('/orchestra') && !this.#isDealtWith(id))
      .sort((a, b) => a.id - b.id)
    for (const comment of open) await this.#deal(comment, after)
  }

  async #deal(comment: CommentFacts, after: number): Promise<void> {
    const { spec, cache, theirNow } = this.#needs
    const parsed = parseCommand(comment.body)
    if (parsed === null) return
    const facts = { identity: cache.poll.identity, after, now: theirNow(), only: spec.commands.only }
    const refusal = whyNoCommand(comment, facts)
    // Nobody is told what they may not do: that would answer every stranger.
    if (refusal !== null) return this.#note(comment, `refused: ${refusal}`)
    if (spec.mode === 'read') return this.#note(comment, 'not obeyed: `mode: read`')
    const readsOnly = this.#needs.readsOnly()
    if (readsOnly !== null) return this.#note(comment, `not obeyed: ${readsOnly}`)
    const permission = await this.#permissionOf(comment)
    if (permission === null) return
    if (!isEnough(permission, spec.commands.from))
      return this.#note(
        comment,
        `refused: ${comment.author?.login} may ${permission}, and ${spec.commands.from} is needed`,
      )
    if ('wrong' in parsed) return this.#note(comment, `refused: ${parsed.wrong}`, 'confused')
    this.#needs.receipt(comment.id, 'eyes')
    const by: Principal = { kind: 'github', id: comment.author?.login ?? null, via: 'github' }
    try {
      await this.#carryOut(parsed.command, by)
      this.#note(comment, 'done', '+1')
    } catch (error) {
      this.#note(comment, `refused: ${messageOf(error)}`, '-1')
    }
  }

  async #carryOut(command: Command, by: Principal): Promise<void> {
    const { ask } = this.#needs
    switch (command.kind) {
      case 'approve':
      case 'deny': {
        const revision = this.#revisionOf(command.gate, command.code)
        const reason = command.kind === 'deny' && command.why !== null ? { reason: command.why } : {}
        await ask(by, 'POST', `/v1/answer/${command.gate}/${command.kind}`, {
          prompt_id: revision,
          ...reason,
        })
        return
      }
      case 'retry':
        await ask(by, 'POST', `/v1/tasks/${command.task}/retry`, undefined)
        return
      case 'cancel':
        await ask(by, 'POST', `/v1/tasks/${command.task}/cancel`, undefined)
        return
      case 'pause':
      case 'resume':
        await ask(by, 'POST', `/v1/${command.kind}`, undefined)
        return
      case 'status':
        return
    }
  }

  /** The revision that waits now, if the code is of it: an approval that was written for another one is void. */
  #revisionOf(id: string, code: string): string {
    const gate = this.#needs.kernel.loop.state.gates.get(askedId(id))
    if (gate === undefined) throw new Error(`there is no gate ${id}`)
    const question = questionOfGate(gate)
    if (question === null) throw new Error(`gate ${id} is ${gate.status}`)
    if (gateCode(id, question.prompt_id) !== code)
      throw new Error(`the code is of another revision of gate ${id}, or of another gate`)
    return question.prompt_id
  }

  /** Null: GitHub did not say; the next look asks again. */
  async #permissionOf({ author }: CommentFacts): Promise<string | null> {
    const { client, where } = this.#needs
    const answer = await client.get('/repos/{owner}/{repo}/collaborators/{username}/permission', {
      params: { ...where, username: author?.login ?? '' },
    })
    if (answer.kind === 'refused') return 'none'
    if (answer.kind !== 'done') return null
    // A login can change hands; the number cannot.
    return answer.data.user?.id === author?.id ? answer.data.permission : 'none'
  }

  #isDealtWith(id: number): boolean {
    return this.#known.has(this.#keyOf(id))
  }

  #keyOf(id: number): string {
    return `${this.#needs.spec.machine}/${id}`
  }

  #note(comment: CommentFacts, outcome: string, receipt: Receipt | null = null): void {
    const { kernel, spec } = this.#needs
    const [line = ''] = comment.body.split('\n', 1)
    this.#known.set(this.#keyOf(comment.id), outcome)
    kernel.store.facts.set(FACTS.githubCommand, outcome, this.#keyOf(comment.id))
    const text = safeText(`${comment.author?.login ?? 'somebody'}: ${line.slice(0, 100)}: ${outcome}`)
    kernel.dispatch({ type: 'noted', at: kernel.clock.now(), subject: spec.machine, text })
    if (receipt !== null) this.#needs.receipt(comment.id, receipt)
  }
}
