import { createInterface } from 'node:readline'
import type { VerbContext } from '../verb.js'

/** Asks on the terminal; only a `y` is a yes. Ctrl-C ends the program, as at any other time. */
export function askYesNo(question: string, c: Pick<VerbContext, 'interactive'>): Promise<boolean> {
  if (!c.interactive) return Promise.resolve(false)
  const prompt = createInterface({ input: process.stdin, output: process.stderr, terminal: true })
  return new Promise((resolve) => {
    const finish = (yes: boolean) => {
      resolve(yes)
      prompt.close()
    }
    prompt.once('SIGINT', () => process.exit(130))
    prompt.once('close', () => resolve(false))
    prompt.question(`${question} [y/N] `, (answer) => finish(/^y(es)?$/i.test(answer.trim())))
  })
}
