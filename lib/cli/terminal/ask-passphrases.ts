/** After `up` on a terminal: keys of the machines that want a passphrase are asked for, once each. */
import { createInterface } from 'node:readline'
import type { ApiClient } from '../../api/client.js'
import type { PassphrasesDocument } from '../../core/protocol/api.js'
import { safeText } from '../../core/text/safe-text.js'

const SETTLE_MS = 4000
const POLL_MS = 100

/** Looks while machines are still connecting, at most a few seconds. */
export async function askPassphrases(client: ApiClient): Promise<void> {
  const deadline = Date.now() + SETTLE_MS
  for (;;) {
    const { pending, connecting } = await client.get<PassphrasesDocument>('/v1/passphrases')
    for (const key of pending) {
      const passphrase = await askHidden(`Passphrase of ${safeText(key)}: `)
      await client.post('/v1/passphrases', { key, passphrase })
    }
    if (pending.length === 0 && (connecting === 0 || Date.now() > deadline)) return
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

/** One line from the terminal that is not shown; null: nothing was given. */
export function askHidden(question: string): Promise<string | null> {
  if (!process.stdin.isTTY) return Promise.resolve(null)
  const prompt = createInterface({ input: process.stdin, output: process.stderr, terminal: true })
  process.stderr.write(question)
  Object.assign(prompt, { _writeToOutput: () => {} })
  return new Promise((resolve) => {
    prompt.question('', (answer) => {
      prompt.close()
      process.stderr.write('\n')
      resolve(answer === '' ? null : answer)
    })
    prompt.once('SIGINT', () => process.exit(130))
  })
}
