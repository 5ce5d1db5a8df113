import { writeFile } from 'node:fs/promises'
import type { Verb } from '../verb.js'
import { text } from '../verb-arguments.js'

export const report: Verb = {
  name: 'report',
  permission: 'status:read',
  describe: 'Markdown: progress by wave, who did what, retries, failures, files',
  positionals: [],
  options: { output: text('write it to a file', 'o') },
  example: 'orchestra report -o report.md',
  run: async (c) => {
    const { markdown } = await (await c.connect()).get<{ markdown: string }>('/v1/report')
    const file = c.option('output')
    if (file === undefined) c.out(c.json ? `${JSON.stringify({ markdown })}\n` : markdown)
    else {
      await writeFile(file, markdown)
      c.err(`wrote ${file}\n`)
    }
    return 0
  },
}
