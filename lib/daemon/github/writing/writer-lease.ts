/**
 * One orchestra writes to a repository, and the others read: who writes has a label of the next number made, which GitHub
 * does for one of several that ask. It is made when there is something to write, kept while the daemon lives, and removed
 * when it ends in order; after a crash the same store goes on with it, and others may have it when its time is over.
 */
import { leaseName, leaseText, parseLease, type Lease } from '../../../core/github/lease.js'
import type { GithubClient } from '../../../github/client.js'
import { labelFacts } from '../../../github/decode.js'
import type { Outcome } from '../../../github/outcome.js'
import type { Pace } from '../../../github/pace.js'
import type { Where } from '../outbox/port.js'

export interface LeaseNeeds {
  readonly client: GithubClient
  readonly pace: Pick<Pace, 'leaseMs' | 'leaseLookMs'>
  readonly now: () => number
  readonly where: () => Where
  readonly store: string
  readonly session: () => string
}

const LABELS = '/repos/{owner}/{repo}/labels'
const LABEL = `${LABELS}/{name}` as const

type Standing =
  /** Not looked at yet, or so long ago that somebody else may have it. */
  | { readonly is: 'unknown' }
  | { readonly is: 'free' }
  | { readonly is: 'ours'; readonly lease: Lease }
  | { readonly is: 'theirs'; readonly lease: Lease }
  /** The token may not make labels: nobody can be kept out. */
  | { readonly is: 'impossible'; readonly why: string }

export class WriterLease {
  readonly #needs: LeaseNeeds
  #standing: Standing = { is: 'unknown' }
  #known: { readonly etag: string | null; readonly leases: readonly Lease[] } | null = null
  #lookAt = 0
  #renewAt = 0
  /** By our clock: before it the lease is not over, whatever the network does. */
  #believedUntil = 0

  constructor(needs: LeaseNeeds) {
    this.#needs = needs
  }

  /** Who else writes there; null: nobody that we know of. */
  get other(): Lease | null {
    return this.#standing.is === 'theirs' ? this.#standing.lease : null
  }

  get mayWrite(): boolean {
    const { is } = this.#standing
    return is === 'impossible' || (is === 'ours' && this.#needs.now() < this.#believedUntil)
  }

  /** Looks, takes and renews as far as it is time to. `wanted`: there is something to write. */
  async turn(wanted: boolean): Promise<void> {
    const { now, pace } = this.#needs
    const { is } = this.#standing
    const at = now()
    if (is === 'impossible') return
    const isDue = is === 'ours' ? at >= this.#renewAt : at >= this.#lookAt || (is === 'free' && wanted)
    if (!isDue) return
    this.#lookAt = at + pace.leaseLookMs
    const found = await this.#read()
    if (found === null) return
    const last = found.toSorted((a, b) => a.turn - b.turn).at(-1)
    if (last !== undefined && last.store !== this.#needs.store && last.until > this.#theirNow)
      this.#standing = { is: 'theirs', lease: last }
    else if (last?.store === this.#needs.store) await this.#renew(last)
    else if (wanted) await this.#take(found)
    else this.#standing = { is: 'free' }
  }

  /** The daemon ends in order: somebody else may write at once. */
  async release(): Promise<void> {
    if (this.#standing.is !== 'ours') return
    const { turn } = this.#standing.lease
    this.#standing = { is: 'unknown' }
    await this.#remove(turn)
  }

  get #theirNow(): number {
    return this.#needs.client.theirNow ?? this.#needs.now()
  }

  #fresh(turn: number): Lease {
    const { store, session, pace } = this.#needs
    return { turn, store, session: session(), until: this.#theirNow + pace.leaseMs }
  }

  async #renew({ turn, until }: Lease): Promise<void> {
    const { client, where, now } = this.#needs
    const lease = this.#fresh(turn)
    const at = now()
    const params = { ...where(), name: leaseName(turn) }
    const outcome = await client.write('patch', LABEL, { params, body: { description: leaseText(lease) } })
    if (outcome.kind !== 'done') return this.#notDone(outcome)
    // It was over: somebody may have taken the next one before ours was renewed.
    const again = until > this.#theirNow ? [] : await this.#read()
    const next = again?.find((one) => one.turn > turn)
    if (again === null) this.#standing = { is: 'unknown' }
    else if (next !== undefined) this.#standing = { is: 'theirs', lease: next }
    else this.#hold(lease, at)
  }

  /** The next number. Whoever had the last one and renewed it in this very moment keeps it. */
  async #take(found: readonly Lease[]): Promise<void> {
    const { client, where, now } = this.#needs
    const turn = Math.max(0, ...found.map((one) => one.turn)) + 1
    const lease = this.#fresh(turn)
    const at = now()
    const body = { name: leaseName(turn), color: 'ededed', description: leaseText(lease) }
    const outcome = await client.write('post', LABELS, { params: where(), body })
    if (outcome.kind !== 'done') return this.#notDone(outcome)
    const again = await this.#read()
    const rival = again?.find((one) => one.turn < turn && one.until > this.#theirNow)
    if (again === null || rival !== undefined) {
      await this.#remove(turn)
      this.#standing = rival === undefined ? { is: 'unknown' } : { is: 'theirs', lease: rival }
      return
    }
    for (const old of found) await this.#remove(old.turn)
    this.#hold(lease, at)
  }

  #hold(lease: Lease, at: number): void {
    const { leaseMs } = this.#needs.pace
    this.#standing = { is: 'ours', lease }
    this.#renewAt = at + leaseMs / 3
    this.#believedUntil = at + (leaseMs * 2) / 3
  }

  /** A label of that name that is there was made by somebody else, or by us before an answer was lost: the next look says it. */
  #notDone(outcome: Exclude<Outcome<unknown>, { kind: 'done' }>): void {
    const { now, pace } = this.#needs
    const isRefused = outcome.kind === 'refused'
    if (isRefused && (outcome.why === 'forbidden' || outcome.why === 'missing'))
      this.#standing = { is: 'impossible', why: outcome.message }
    else if (isRefused && outcome.why === 'exists') this.#lookAt = now()
    else this.#renewAt = now() + pace.leaseLookMs
  }

  async #remove(turn: number): Promise<void> {
    const { client, where } = this.#needs
    await client.write('delete', LABEL, { params: { ...where(), name: leaseName(turn) } })
  }

  /** null: GitHub did not say it. */
  async #read(): Promise<Lease[] | null> {
    const { client, where } = this.#needs
    const found: Lease[] = []
    const etag = this.#known?.etag ?? null
    const first = await client.get(LABELS, { params: where(), query: { per_page: 100 }, etag })
    if (first.kind === 'not-modified' && this.#known !== null) return [...this.#known.leases]
    let page: Outcome<unknown> = first
    for (;;) {
      if (page.kind === 'refused' && page.why === 'missing') return found
      if (page.kind !== 'done' || !Array.isArray(page.data)) return null
      for (const one of page.data as readonly unknown[]) {
        const label = labelFacts(one)
        const lease = label === null ? null : parseLease(label.name, label.description)
        if (lease !== null) found.push(lease)
      }
      if (page.next === null) {
        // Of several pages the first does not say that nothing has changed.
        const isOnly = first.kind === 'done' && first.next === null
        this.#known = isOnly ? { etag: first.etag, leases: found } : null
        return found
      }
      page = await client.follow<unknown>(page.next)
    }
  }
}
