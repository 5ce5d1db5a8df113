import { OrchestraError } from '../../core/errors.js'
import type { EventRow } from '../../core/protocol/status.js'
import { renderEvent } from '../render/events.js'
import type { Verb } from '../verb.js'

export const run: Verb = async (c) => {
  const lines = c.option('lines') ?? '100'
  if (!/^\d+$/.test(lines))
    throw new OrchestraError(`--lines ${lines}: a whole number is wanted`, { kind: 'usage' })
  const client = await c.connect()
  const rows = await client.get<EventRow[]>(`/v1/events?tail=1&limit=${lines}`)
  const line = (row: EventRow) =>
    c.out(
      c.json
        ? `${JSON.stringify(row)}\n`
        : `${renderEvent(row, { cols: c.cols, ascii: c.ascii, color: c.color })}\n`,
    )
  if (c.json && !c.flag('follow')) {
    c.out(`${JSON.stringify(rows)}\n`)
    return 0
  }
  for (const row of rows) line(row)
  if (!c.flag('follow')) return 0
  const after = rows.at(-1)?.seq ?? 0
  await client.stream(`/v1/stream?only=event&after=${after}`, ({ event, data }) => {
    if (event === 'event') line(data as EventRow)
  })
  c.err('the daemon has stopped\n')
  return 3
}
