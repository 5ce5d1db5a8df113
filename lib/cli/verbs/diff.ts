import { safeLines } from '../../core/text/safe-lines.js'
import type { Verb } from '../verb.js'
import { flag, need } from '../verb-arguments.js'

export const diff: Verb = {
  name: 'diff',
  permission: 'logs:read',
  describe: 'what a task, or what an agent works on now, has changed in its worktree',
  positionals: [need('id', 'a task, or an agent at work')],
  options: { stat: flag('only the files, and by how much') },
  example: 'orchestra diff Task-2 --stat',
  run: async (c) => {
    const id = encodeURIComponent(c.positionals[0] ?? '')
    const form = c.flag('stat') ? 'stat' : 'patch'
    const client = await c.connect()
    const { attempt, text } = await client.get<{ attempt: string; text: string }>(
      `/v1/diff/${id}?form=${form}`,
    )
    // A pipe gets the patch as git made it: `git apply` reads it. A terminal is told nothing that it would obey.
    if (c.json) c.out(`${JSON.stringify({ attempt, diff: text })}\n`)
    else c.out(c.interactive ? safeLines(text) : text)
    return 0
  },
}
