import { writeFile } from 'node:fs/promises'
import { OrchestraError } from '../../core/errors.js'
import { COUNTING, wholeNumber } from '../whole-number.js'
import type { Verb } from '../verb.js'
import { may, text } from '../verb-arguments.js'

const KINDS = ['standup', 'synthesis', 'weekly', 'phase', 'worker', 'sync']

export const report: Verb = {
  name: 'report',
  permission: 'status:read',
  describe: 'Markdown: the whole run, or one of standup, synthesis, weekly, phase, worker, sync',
  positionals: [may('kind', KINDS.join(', ')), may('id', 'a worker (standup, worker) or a phase')],
  options: {
    output: text('write it to a file', 'o'),
    run: text('of an earlier run, by its number (`runs` lists them)'),
  },
  example: 'orchestra report standup W-1',
  run: async (c) => {
    const [kind, id] = c.positionals
    if (kind !== undefined && !KINDS.includes(kind))
      throw new OrchestraError(`there is no report ${kind}`, {
        kind: 'usage',
        hint: `Reports: ${KINDS.join(', ')}.`,
      })
    const run = wholeNumber('--run', c.option('run'), { form: COUNTING })
    const query = new URLSearchParams({
      ...(kind === undefined ? {} : { kind }),
      ...(id === undefined ? {} : { id }),
      ...(run === undefined ? {} : { run }),
    })
    const asked = query.size === 0 ? '' : `?${query.toString()}`
    const made = await (await c.connect()).get<{ markdown: string }>(`/v1/report${asked}`)
    const file = c.option('output')
    if (file === undefined) c.out(c.json ? `${JSON.stringify(made)}\n` : made.markdown)
    else {
      await writeFile(file, made.markdown)
      c.err(`wrote ${file}\n`)
    }
    return 0
  },
}
