import { OrchestraError } from '../../core/errors.js'
import type { Verb } from '../verb.js'
import { flag, need, TASK, text } from '../verb-arguments.js'

export const block: Verb = {
  name: 'block',
  permission: 'tasks:write',
  describe: 'say what holds a task up; a running attempt is ended',
  positionals: [TASK, need('text', 'what blocks it')],
  options: {
    proposal: text('what would solve it'),
    impact: text('what it costs as long as it lasts'),
    urgent: flag('tell it as URGENT'),
  },
  example: 'orchestra block pg "the staging database is down" --urgent',
  run: async (c) => {
    const [id = '', said = ''] = c.positionals
    if (said.trim() === '') throw new OrchestraError('say what blocks the task', { kind: 'usage' })
    const client = await c.connect()
    await client.post(`/v1/tasks/${encodeURIComponent(id)}/block`, {
      text: said,
      proposal: c.option('proposal') ?? null,
      impact: c.option('impact') ?? null,
      urgent: c.flag('urgent'),
    })
    c.out(c.json ? `${JSON.stringify({ ok: true })}\n` : `${id}: blocked\n`)
    return 0
  },
}
