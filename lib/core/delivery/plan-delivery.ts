/** What is pasted for a prompt: itself, or one line that names the file in which it stands. */
import type { DeliveryProfile } from './profile.js'
import { sanitizePrompt } from './sanitize-prompt.js'

export type DeliveryPlan =
  | { readonly kind: 'paste'; readonly text: string; readonly bytes: number }
  /** Write `content` to `path` (0600) on the agent's machine first, then deliver `text`. */
  | {
      readonly kind: 'file'
      readonly text: string
      readonly bytes: number
      readonly path: string
      readonly content: string
    }
  | { readonly kind: 'refused'; readonly reason: string }

/** Lines that frame: a composer that holds one cannot be told from its own border. */
const FRAMES = /^\s*[\u2500-\u259f]/mu

/** `path`: absolute, on the agent's machine, used only for long prompts. */
export function planDelivery(profile: DeliveryProfile, prompt: string, path: string): DeliveryPlan {
  const text = sanitizePrompt(prompt)
  if (text.trim() === '') return { kind: 'refused', reason: 'the prompt is empty' }
  const bytes = utf8Length(text)
  if (bytes <= profile.fileAbove && !(profile.confirm === 'screen' && FRAMES.test(text)))
    return { kind: 'paste', text, bytes }
  const line = `Read the file ${path} and do what it says; it is your task.`
  return { kind: 'file', text: line, bytes: utf8Length(line), path, content: `${text}\n` }
}

export function utf8Length(text: string): number {
  let bytes = 0
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}
