import { OrchestraError } from '../../core/errors.js'
import { durationOption } from '../duration-option.js'
import type { Verb } from '../verb.js'

export const run: Verb = async (c) => {
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
}
