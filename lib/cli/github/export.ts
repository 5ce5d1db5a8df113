import { plural } from '../../core/text/plural.js'
import type { RunVerb } from '../verb.js'

export const githubExport: RunVerb = async (c) => {
  const body = { tasks: c.positionals.slice(1), on: c.option('on') ?? null }
  const made = await (
    await c.connect()
  ).post<{ tasks: readonly string[]; waits: string | null }>('/v1/github/export', body)
  if (c.json) c.out(`${JSON.stringify(made)}\n`)
  else if (made.tasks.length === 0) c.out('each of them has an issue\n')
  else {
    c.out(`${plural(made.tasks.length, 'issue')} to be made: ${made.tasks.join(', ')}\n`)
    if (made.waits !== null) c.out(`waits: ${made.waits}\n`)
  }
  return 0
}
