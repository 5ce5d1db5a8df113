import type { Verb } from '../verb.js'
import { need } from '../verb-arguments.js'

export const ack: Verb = {
  name: 'ack',
  permission: 'tasks:write',
  describe: 'take an escalation on: no further layer is told of it',
  positionals: [need('id', 'an escalation, as `escalations` lists it')],
  options: {},
  example: 'orchestra ack E1',
  run: async (c) => {
    const id = c.positionals[0] ?? ''
    const client = await c.connect()
    const { text } = await client.post<{ text: string }>(`/v1/escalations/${encodeURIComponent(id)}/ack`)
    c.out(c.json ? `${JSON.stringify({ id, text })}\n` : `${id}: taken on: ${text}\n`)
    return 0
  },
}
