/** The layout's `notify:`: the person's own program, and the webhook. */
import { OrchestraError } from '../../core/errors.js'
import type { NotifySpec } from '../../core/layout/model.js'

const TIMEOUT_MS = 10_000

/** Resolves when all of them have taken it. */
export async function tellOutside(
  notify: NotifySpec,
  session: string,
  title: string,
  text: string,
): Promise<void> {
  const [program, ...args] = notify.command
  const jobs: Promise<unknown>[] = []
  if (program !== undefined) {
    const { runNotifier } = await import('./run-notifier.js')
    jobs.push(runNotifier(program, [...args, title, text], TIMEOUT_MS))
  }
  if (notify.webhook !== null) {
    // ntfy reads title and body so; other hooks read the JSON.
    const body = JSON.stringify({ title, text, message: text, session })
    jobs.push(postTo(notify.webhook, encodeHeader(title), body))
  }
  const failed = (await Promise.allSettled(jobs)).find((r) => r.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

/** The address may hold a secret: it stands in no error. */
async function postTo(webhook: string, title: string, body: string): Promise<void> {
  const response = await fetch(webhook, {
    method: 'POST',
    headers: { 'content-type': 'application/json', title },
    body,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  // Unread it would keep its connection.
  await response.body?.cancel()
  if (!response.ok)
    throw new OrchestraError(`the webhook answered with status ${response.status}`, { kind: 'failed' })
}

/** Header values are latin-1; anything else goes in RFC 2047's form, which ntfy understands. */
function encodeHeader(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`
}
