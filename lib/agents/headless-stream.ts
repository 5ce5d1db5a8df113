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

export interface StreamShape {
  /** `read` turns one object of the CLI's stream into items. Lines that are no JSON pass through as they are. */
  readonly read: (line: Readonly<Record<string, unknown>>) => readonly StreamItem[]
  /** Every run that went well ends with a `finished`: without one it was cut off, whatever its exit status. */
  readonly finishes: boolean
}

const LIMIT = /\b429\b|rate.?limit|usage limit|quota|limit reached/i
/** A message that a log or a record can hold. */
const LONGEST = 16_000
const LAST_LINES = 5

export function headlessStream({ read, finishes }: StreamShape): HeadlessStream {
  let session: string | null = null
  let message = ''
  let fresh = true
  let failure: string | null = null
  let finished = false
  /** The last lines that were no JSON: errors of the shell, of the CLI before it speaks; all that a plain program says. */
  let plain: string[] = []

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
        return `\n> ${item.text}\n`
      case 'failed':
        failure = item.text.slice(0, LONGEST)
        return `\n! ${item.text}\n`
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
      if (object !== undefined) return read(object).map(take).join('')
      if (line.trim() !== '') plain = [...plain, line.slice(0, LONGEST)].slice(-LAST_LINES)
      return `${line}\n`
    },
    result(exitCode): HeadlessResult {
      const said = plain.join('\n').slice(-LONGEST)
      if (exitCode === 0 && failure === null && (finished || !finishes))
        return { outcome: 'done', state: 'exited', text: message || said || null, session }
      const ended = exitCode === 0 ? 'it ended without a result' : `exit status ${exitCode ?? 'unknown'}`
      const why = said || message
      const text = failure ?? (why === '' ? ended : `${ended}: ${why}`)
      // What the model says of limits is no limit.
      return { outcome: 'fail', state: LIMIT.test(failure ?? said) ? 'limited' : 'error', text, session }
    },
  }
}
