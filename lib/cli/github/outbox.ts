import { OrchestraError } from '../../core/errors.js'
import type { OutboxLine } from '../../core/protocol/github.js'
import { safeText } from '../../core/text/safe-text.js'
import type { RunVerb } from '../verb.js'

export const githubOutbox: RunVerb = async (c) => {
  const [, act, key] = c.positionals
  const on = c.option('on') ?? null
  const api = await c.connect()
  if (act === 'retry' || act === 'drop') {
    if (key === undefined) throw new OrchestraError(`github outbox ${act}: name a row`, { kind: 'usage' })
    await api.post('/v1/github/outbox', { key, act, on })
    if (c.json) c.out(`${JSON.stringify({ ok: true })}\n`)
    else c.out(`${act === 'retry' ? 'tried again' : 'dropped'}: ${key}\n`)
    return 0
  }
  if (act !== undefined)
    throw new OrchestraError(`github outbox ${act}: not retry or drop`, { kind: 'usage' })
  const query = new URLSearchParams({
    ...(on === null ? {} : { on }),
    ...(c.flag('all') ? { all: '1' } : {}),
  })
  const asked = query.size === 0 ? '' : `?${query.toString()}`
  const { rows } = await api.get<{ rows: readonly OutboxLine[] }>(`/v1/github/outbox${asked}`)
  if (c.json) c.out(`${JSON.stringify({ rows })}\n`)
  else if (rows.length === 0) c.out('nothing waits to be written\n')
  for (const { key: name, state, attempts, reason, url } of c.json ? [] : rows) {
    const why = reason === null ? '' : `  ${reason}`
    c.out(
      `${safeText(`${state.padEnd(9)}  ${name}  ${attempts === 0 ? '' : `${attempts}×`}${url === null ? '' : `  ${url}`}${why}`)}\n`,
    )
  }
  return 0
}
