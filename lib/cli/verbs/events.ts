import { OrchestraError } from '../../core/errors.js'
import type { ApiClient } from '../../api/client.js'
import type { EventRow } from '../../core/protocol/status.js'
import { parseDuration } from '../../core/time.js'
import { followDaemon } from '../follow-daemon.js'
import { renderEvent } from '../render/events.js'
import { wholeNumber } from '../whole-number.js'
import type { Verb, VerbContext } from '../verb.js'
import { flag, text } from '../verb-arguments.js'

/** What the daemon gives at once. */
const PAGE = 10_000

export const events: Verb = {
  name: 'events',
  permission: 'events:read',
  describe: 'the journal of events',
  positionals: [],
  options: {
    follow: flag('keep printing', 'f'),
    lines: text('how many of the newest (default 100)', 'n'),
    since: text('all of this time and later: 2h, 2026-11-21'),
    raw: flag('whole events as JSON lines, as they stand in the journal'),
  },
  example: 'orchestra events -f --json',
  run: async (c) => {
    const lines = wholeNumber('--lines', c.option('lines')) ?? '100'
    const isRaw = c.flag('raw')
    if (isRaw && c.flag('follow')) {
      throw new OrchestraError('--raw and --follow do not go together', {
        kind: 'usage',
        hint: 'Follow with --json.',
      })
    }
    const from = c.option('since')
    const client = await c.connect()
    const kind = isRaw ? '&raw=1' : ''
    const pages =
      from === undefined
        ? [await client.get<EventRow[]>(`/v1/events?tail=1&limit=${lines}${kind}`)]
        : since(client, sinceOption(from), kind)
    const isDocument = c.json && !isRaw && !c.flag('follow')
    const line = isRaw || c.json ? (row: EventRow) => c.out(`${JSON.stringify(row)}\n`) : printer(c)
    const all: EventRow[] = []
    let after = 0
    for await (const rows of pages) {
      after = rows.at(-1)?.seq ?? after
      if (isDocument) all.push(...rows)
      else for (const row of rows) line(row)
    }
    if (isDocument) c.out(`${JSON.stringify(all)}\n`)
    if (!c.flag('follow')) return 0
    await followDaemon(client, c, {
      want: ['event'],
      after,
      event: line,
      resync: (from, to) => c.err(`events ${from + 1} to ${to} are left out here: too many came meanwhile\n`),
    })
    c.err('the daemon has stopped\n')
    return 3
  },
}

function printer(c: VerbContext): (row: EventRow) => void {
  const look = { cols: c.cols, ascii: c.ascii, color: c.color }
  return (row) => c.out(`${renderEvent(row, look)}\n`)
}

async function* since(client: ApiClient, at: number, kind: string): AsyncGenerator<EventRow[]> {
  let after = 0
  for (;;) {
    const rows = await client.get<EventRow[]>(`/v1/events?since=${at}&after=${after}&limit=${PAGE}${kind}`)
    yield rows
    if (rows.length < PAGE) return
    after = rows.at(-1)?.seq ?? after
  }
}

/** `2h`: so long ago; `2026-11-21` or with a time: from then on. */
function sinceOption(text: string): number {
  const ago = parseDuration(text)
  if (ago !== undefined) return Math.max(0, Date.now() - ago)
  // A day begins where the reader is.
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00`) : Date.parse(text)
  if (!Number.isNaN(at)) return Math.max(0, at)
  throw new OrchestraError(`--since ${text}: neither a duration nor a time`, {
    kind: 'usage',
    hint: 'Write 2h (two hours ago), 2026-11-21 or 2026-11-21T08:30.',
  })
}
