import { OrchestraError } from '../../core/errors.js'
import { durationOption } from '../duration-option.js'
import type { Verb } from '../verb.js'
import { AGENT, flag, text } from '../verb-arguments.js'

export const logs: Verb = {
  name: 'logs',
  permission: 'logs:read',
  describe: "an agent's output as text",
  positionals: [AGENT],
  options: {
    follow: flag('keep printing', 'f'),
    since: text('only the last while: 10m'),
    lines: text('how many lines (default 200)', 'n'),
  },
  example: 'orchestra logs CG-1 -f',
  run: async (c) => {
    const id = encodeURIComponent(c.positionals[0] ?? '')
    const since = durationOption('since', c.option('since'))
    const lines = c.option('lines') ?? (since === undefined ? '200' : '100000')
    if (!/^\d+$/.test(lines))
      throw new OrchestraError(`--lines ${lines}: a whole number is wanted`, { kind: 'usage' })
    const client = await c.connect()
    const query = since === undefined ? '' : `&since=${Date.now() - since}`
    const { text } = await client.get<{ text: string }>(`/v1/agents/${id}/log?lines=${lines}${query}`)
    const print = (part: string) =>
      c.out(c.json ? `${JSON.stringify({ agent: c.positionals[0], text: part })}\n` : part)
    print(text)
    if (!c.flag('follow')) return 0
    await client.stream(`/v1/agents/${id}/log/stream`, ({ data }) => print((data as { text: string }).text))
    c.err('the daemon has stopped\n')
    return 3
  },
}
