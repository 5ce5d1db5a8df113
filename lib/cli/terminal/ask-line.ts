import { createInterface } from 'node:readline'

/** One line that a person types after a question on stderr; null: the terminal ended. */
export function askLine(question: string): Promise<string | null> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr, terminal: false })
  process.stderr.write(question)
  return new Promise((resolve) => {
    prompt.once('line', (line) => {
      resolve(line)
      prompt.close()
    })
    prompt.once('close', () => resolve(null))
  })
}
