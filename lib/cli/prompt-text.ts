import { OrchestraError } from '../core/errors.js'
import { readStdin } from './terminal/read-stdin.js'

/** The prompt that was given as an argument, or on standard input. @param again how it is given */
export async function promptText(given: string | undefined, again: string): Promise<string> {
  const isMissing = given === undefined && process.stdin.isTTY
  const text = isMissing ? '' : given === undefined || given === '-' ? await readStdin() : given
  if (text.trim() === '')
    throw new OrchestraError('there is no text to send', {
      kind: 'usage',
      ...(isMissing ? { hint: `${again}, or pipe it in.` } : {}),
    })
  return text
}

/** A longer prompt is not repeated in a message. */
const SHORT = 200

/** As an argument of a command that is printed: itself, or `-`, from standard input again. */
export function shortPrompt(prompt: string): string {
  return prompt.length <= SHORT && !/[\n\0]/.test(prompt) ? prompt : '-'
}
