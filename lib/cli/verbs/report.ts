import { writeFile } from 'node:fs/promises'
import type { Verb } from '../verb.js'

export const run: Verb = async (c) => {
  const { markdown } = await (await c.connect()).get<{ markdown: string }>('/v1/report')
  const file = c.option('output')
  if (file === undefined) c.out(c.json ? `${JSON.stringify({ markdown })}\n` : markdown)
  else {
    await writeFile(file, markdown)
    c.err(`wrote ${file}\n`)
  }
  return 0
}
