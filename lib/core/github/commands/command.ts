/** Commands in comments: the first line, exactly so. Text in quotes, code or anywhere else commands nothing. */
import { isId } from '../../ids.js'
import { safeText } from '../../text/safe-text.js'

export type Command =
  | { readonly kind: 'approve'; readonly gate: string; readonly code: string }
  | { readonly kind: 'deny'; readonly gate: string; readonly code: string; readonly why: string | null }
  | { readonly kind: 'retry' | 'cancel'; readonly task: string }
  | { readonly kind: 'pause' | 'resume' | 'status' }

export type Parsed = { readonly command: Command } | { readonly wrong: string }

const WORD = '/orchestra'
const MAX_WHY = 500

/** Null: the comment commands nothing. */
export function parseCommand(body: string): Parsed | null {
  const [line = ''] = body.split(/\r\n|\r|\n/, 1)
  if (line !== WORD && !line.startsWith(`${WORD} `)) return null
  const [, kind = '', ...words] = line.trimEnd().split(/ +/)
  switch (kind) {
    case 'approve':
    case 'deny': {
      const [gate = '', code = '', ...why] = words
      if (!isId(gate) || !/^[a-z2-7]{5}$/i.test(code)) return { wrong: `${kind} needs a gate and its code` }
      if (kind === 'deny')
        return {
          command: {
            kind,
            gate,
            code: code.toLowerCase(),
            why: safeText(why.join(' ')).slice(0, MAX_WHY) || null,
          },
        }
      return why.length > 0
        ? { wrong: 'approve takes a gate and its code alone' }
        : { command: { kind, gate, code: code.toLowerCase() } }
    }
    case 'retry':
    case 'cancel': {
      const [task = ''] = words
      return words.length === 1 && isId(task)
        ? { command: { kind, task } }
        : { wrong: `${kind} needs one task` }
    }
    case 'pause':
    case 'resume':
    case 'status':
      return words.length === 0 ? { command: { kind } } : { wrong: `${kind} takes nothing more` }
    default:
      return { wrong: 'not one of approve, deny, retry, cancel, pause, resume, status' }
  }
}
