/** What the JSON streams of all CLIs come down to: text for the log, a last message, a failure, a session. */
import type { HeadlessResult, HeadlessStream } from './definition.js'
import { parseObject } from './hooks-json.js'

export type StreamItem =
  | { readonly type: 'session'; readonly id: string }
  /** A piece of the answer (`whole`: a message, else a part of one). */
  | { readonly type: 'text'; readonly text: string; readonly whole: boolean }
  | { readonly type: 'tool'; readonly text: string }
  | { readonly type: 'failed'; readonly text: string }
  | { readonly type: 'finished'; readonly text: string | null }

const LIMIT = /\b429\b|rate.?limit|usage limit|quota|limit reached/i
/** A message that a log or a record can hold. */
const LONGEST = 16_000

/** `read` turns one object of the CLI's stream into items. Lines that are no JSON pass through as they are. */
export function headlessStream(
  read: (line: Readonly<Record<string, unknown>>) => readonly StreamItem[],
): HeadlessStream {
  let session: string | null = null
  let message = ''
  let fresh = true
  let failure: string | null = null
  let finished = false

  const take = (item: StreamItem): string => {
    switch (item.type) {
      case 'session':
        session = item.id
        return ''
      case 'text':
        message = (fresh || item.whole ? item.text : message + item.text).slice(-LONGEST)
        fresh = item.whole
        return item.whole ? `${item.text}\n` : item.text
      case 'tool':
        fresh = true
        return `\n▸ ${item.text}\n`
      case 'failed':
        failure = item.text.slice(0, LONGEST)
        return `\n✗ ${item.text}\n`
      case 'finished':
        finished = true
        failure = null
        message = item.text ?? message
        return ''
    }
  }

  return {
    line(line) {
      const object = parseObject(line.trim())
      return object === undefined ? `${line}\n` : read(object).map(take).join('')
    },
    result(exitCode): HeadlessResult {
      if (exitCode === 0 && failure === null)
        return { outcome: 'done', state: 'exited', text: message || null, session }
      const text =
        failure ?? (finished ? message : null) ?? `it ended with ${exitCode ?? 'an unknown status'}`
      return { outcome: 'fail', state: LIMIT.test(text) ? 'limited' : 'error', text, session }
    },
  }
}
