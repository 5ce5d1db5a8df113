/**
 * Tells people on transitions, once: what needs a human at once, what finished as a digest. Quiet hours hold back
 * everything but the tmux message.
 */
import { execa } from 'execa'
import type { Attention, StatusDocument } from '../core/protocol/status.js'
import type { NotifySpec } from '../core/layout/model.js'
import { safeText } from '../core/text/safe-text.js'
import type { DaemonContext } from './context.js'

const NEEDS_HUMAN: ReadonlySet<Attention['kind']> = new Set([
  'agent_waiting',
  'agent_error',
  'task_failed',
  'gate_waiting',
  'machine_offline',
  'store',
])
const DIGEST_MS = 60_000
const TIMEOUT_MS = 10_000

export class Notifier {
  readonly #context: DaemonContext
  #told = new Set<string>()
  #completed: ReadonlySet<string> | null = null
  #finished: string[] = []
  #digest: NodeJS.Timeout | undefined
  #phase: StatusDocument['run']['phase'] | null = null

  constructor(context: DaemonContext) {
    this.#context = context
  }

  look(doc: StatusDocument): void {
    const now = new Set<string>()
    for (const item of doc.summary.attention) {
      if (!NEEDS_HUMAN.has(item.kind)) continue
      const key = `${item.kind} ${item.id} ${item.text}`
      now.add(key)
      if (!this.#told.has(key)) this.#tell(`${doc.session}: ${item.id}`, item.text)
    }
    this.#told = now
    this.#lookForFinished(doc)
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
      this.#digest ??= setTimeout(() => this.#sendDigest(doc), DIGEST_MS).unref()
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

  #tell(title: string, text: string): void {
    const said = safeText(text).slice(0, 300)
    void this.#context.view.message(`${title}: ${said}`).catch(() => {})
    const notify = this.#context.loop.state.layout?.notify
    if (notify === undefined || isQuiet(notify, new Date())) return
    void this.#outside(notify, safeText(title), said).catch((error: unknown) =>
      this.#context.log.warn({ err: error }, 'a notification was not delivered'),
    )
  }

  async #outside(notify: NotifySpec, title: string, text: string): Promise<void> {
    const [program, ...args] = notify.command
    const jobs: Promise<unknown>[] = []
    if (program !== undefined) {
      jobs.push(
        execa(program, [...args, title, text], {
          timeout: TIMEOUT_MS,
          stdin: 'ignore',
          maxBuffer: 64 * 1024,
        }),
      )
    }
    if (notify.webhook !== null) {
      // ntfy reads title and body so; other hooks read the JSON.
      const body = JSON.stringify({ title, text, message: text, session: this.#context.session })
      jobs.push(
        fetch(notify.webhook, {
          method: 'POST',
          headers: { 'content-type': 'application/json', title: encodeHeader(title) },
          body,
          signal: AbortSignal.timeout(TIMEOUT_MS),
        }),
      )
    }
    const failed = (await Promise.allSettled(jobs)).find((r) => r.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }
}

/** Header values are latin-1; anything else goes in RFC 2047's form, which ntfy understands. */
function encodeHeader(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`
}

export function isQuiet({ quiet }: Pick<NotifySpec, 'quiet'>, at: Date): boolean {
  if (quiet === null) return false
  const minute = at.getHours() * 60 + at.getMinutes()
  return quiet.from <= quiet.to
    ? minute >= quiet.from && minute < quiet.to
    : minute >= quiet.from || minute < quiet.to
}
