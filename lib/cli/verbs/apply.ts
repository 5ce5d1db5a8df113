import { applyPatch } from '../apply-patch.js'
import type { Verb } from '../verb.js'
import { TASK } from '../verb-arguments.js'

export const apply: Verb = {
  name: 'apply',
  permission: 'run:write',
  describe: 'put what a task has changed onto the working copy here, as changes that are not committed',
  positionals: [TASK],
  options: {},
  example: 'orchestra apply Task-2',
  run: async (c) => {
    const id = c.positionals[0] ?? ''
    const client = await c.connect()
    const { attempt, text } = await client.get<{ attempt: string; text: string }>(
      `/v1/diff/${encodeURIComponent(id)}?form=patch`,
    )
    const files = await applyPatch(c, text)
    c.out(
      c.json
        ? `${JSON.stringify({ attempt, files })}\n`
        : `${attempt}: ${files.length} files are changed here and not committed\n`,
    )
    return 0
  },
}
