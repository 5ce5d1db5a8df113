/**
 * Tells people on transitions, once: what needs a human at once, what finished as a digest. Quiet hours hold back
 * everything but the tmux message.
 */
import { NEEDS_YOU } from '../../core/protocol/needs-you.js'
import { ESCALATION_KINDS } from '../../core/escalation/records.js'
import type { Attention, StatusDocument } from '../../core/protocol/status.js'
import type { Layout, NotifySpec } from '../../core/layout/model.js'
import { civilAt } from '../../core/time-zone.js'
import { safeText } from '../../core/text/safe-text.js'
import { FACTS } from '../../store/facts.js'
import type { Facts } from '../../store/port.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Part } from '../kernel/part.js'
import { tellOutside } from './tell-outside.js'

const DIGEST_MS = 60_000
/** A screen that is redrawn, or looked at anew, may hide a question for a moment. */
const FORGET_MS = 10_000

export interface NotifierNeeds extends Pick<Kernel, 'session' | 'clock' | 'log'> {
  readonly loop: {
    readonly state: { readonly layout: Pick<Layout, 'notify' | 'timezone' | 'escalation'> | null }
  }
  readonly store: { readonly facts: Pick<Facts, 'get' | 'set'> }
  /** Shows a line to those who look at the view. */
  readonly message: (text: string) => Promise<void>
}

export class Notifier implements Part {
  readonly name = 'notify'
  readonly #needs: NotifierNeeds
  #told: ReadonlySet<string>
  /** When what was told was last true. */
  readonly #seenAt = new Map<string, number>()
  #latest: StatusDocument | null = null
  #completed: ReadonlySet<string> | null = null
  #finished: string[] = []
  #digest: NodeJS.Timeout | undefined
  #phase: StatusDocument['run']['phase'] | null = null

  constructor(needs: NotifierNeeds) {
    this.#needs = needs
    // A daemon that comes back repeats nothing that its predecessor has said.
    this.#told = new Set(needs.store.facts.get(FACTS.notified) ?? [])
  }

  show(doc: StatusDocument): void {
    this.#latest = doc
    const now = new Set<string>()
    for (const item of doc.summary.attention) {
      // A machine that is away needs nobody yet; but who waits for its work wants to know.
      if (!NEEDS_YOU[item.kind] && item.kind !== 'machine_offline') continue
      // Another question is news; another word for the same trouble is none.
      const key = `${item.kind} ${item.id}${item.kind === 'agent_waiting' ? ` ${item.text}` : ''}`
      now.add(key)
      if (!this.#told.has(key)) this.#tell(`${doc.session}: ${item.id}`, item.text, this.#climbs(item.kind))
    }
    const at = this.#needs.clock.now()
    for (const key of now) this.#seenAt.set(key, at)
    for (const key of this.#told) {
      if (now.has(key)) continue
      const seenAt = this.#seenAt.get(key) ?? at
      this.#seenAt.set(key, seenAt)
      if (isUnseen(key, doc) || at - seenAt < FORGET_MS) now.add(key)
      else this.#seenAt.delete(key)
    }
    this.#remember(now)
    this.#lookForFinished(doc)
  }

  #remember(now: ReadonlySet<string>): void {
    const isSame = now.size === this.#told.size && [...now].every((key) => this.#told.has(key))
    this.#told = now
    if (isSame) return
    try {
      this.#needs.store.facts.set(FACTS.notified, [...now])
    } catch (error) {
      this.#needs.log.debug({ err: error }, 'what was told was not written')
    }
  }

  #lookForFinished(doc: StatusDocument): void {
    const completed = new Set(doc.tasks.filter((t) => t.status === 'COMPLETED').map((t) => t.id))
    // What was done before we looked the first time is no news.
    if (this.#completed !== null)
      for (const id of completed) if (!this.#completed.has(id)) this.#finished.push(id)
    this.#completed = completed
    const ended = this.#phase !== null && this.#phase !== 'finished' && doc.run.phase === 'finished'
    this.#phase = doc.run.phase
    if (ended) this.#sendDigest(doc)
    else if (this.#finished.length > 0)
      this.#digest ??= setTimeout(() => this.#sendDigest(this.#latest ?? doc), DIGEST_MS).unref()
  }

  #sendDigest(doc: StatusDocument): void {
    clearTimeout(this.#digest)
    this.#digest = undefined
    const done = this.#finished
    this.#finished = []
    if (done.length === 0 && doc.run.phase !== 'finished') return
    const { completed, tasks, failed } = doc.summary
    const state = doc.run.phase === 'finished' ? 'the run ended: ' : ''
    this.#tell(
      doc.session,
      `${state}${completed}/${tasks} completed${failed > 0 ? `, ${failed} failed` : ''}${done.length > 0 ? ` (${done.join(', ')})` : ''}`,
    )
  }

  /** Told outside by the layout's ladder, and not by us, too: nobody hears of one cause twice. */
  #climbs(kind: Attention['kind']): boolean {
    const hasLadder = (this.#needs.loop.state.layout?.escalation.length ?? 0) > 0
    return hasLadder && (ESCALATION_KINDS as readonly string[]).includes(kind)
  }

  #tell(title: string, text: string, isInside = false): void {
    const said = safeText(text).slice(0, 300)
    void this.#needs.message(`${title}: ${said}`).catch(() => {})
    if (isInside) return
    const { layout } = this.#needs.loop.state
    const notify = layout?.notify
    if (notify === undefined || isQuiet(notify, new Date(), layout?.timezone)) return
    void tellOutside(notify, this.#needs.session, safeText(title), said).catch((error: unknown) =>
      this.#needs.log.warn({ err: error }, 'a notification was not delivered'),
    )
  }
}

/** Of whom nothing is known now, what was told stands: that is no end of it. */
function isUnseen(key: string, doc: StatusDocument): boolean {
  const id = key.split(' ')[1]
  const state = doc.agents.find((a) => a.id === id)?.state ?? doc.machines.find((m) => m.id === id)?.state
  return state === 'unknown' || state === 'starting'
}

/** `zone` null: the clock of this machine. */
export function isQuiet({ quiet }: Pick<NotifySpec, 'quiet'>, at: Date, zone: string | null = null): boolean {
  if (quiet === null) return false
  const shown = zone === null ? null : civilAt(at.getTime(), zone)
  const minute = (shown?.hour ?? at.getHours()) * 60 + (shown?.minute ?? at.getMinutes())
  return quiet.from <= quiet.to
    ? minute >= quiet.from && minute < quiet.to
    : minute >= quiet.from || minute < quiet.to
}
