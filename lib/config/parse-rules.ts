import { parse } from 'yaml'
import { messageOf } from '../core/errors.js'
import { decodeRules } from '../core/status/decode-rules.js'

/** The text of one rules file, YAML or JSON. */
export function parseRules(text: string): ReturnType<typeof decodeRules> {
  try {
    return decodeRules(parse(text, { maxAliasCount: 0 }))
  } catch (error) {
    const message = messageOf(error).split('\n')[0] ?? ''
    return { ok: false, problems: [{ path: '', message }] }
  }
}
