import { OrchestraError, isHanging, isUnreachable } from '../core/errors.js'
import { forecastDocument } from '../core/phases/forecast-document.js'
import type { ForecastDocument } from '../core/protocol/forecast.js'
import { previewLayout } from '../core/run/preview-layout.js'
import { parseDue } from '../core/time-zone.js'
import { localZone } from '../home/local-zone.js'
import { loadNamed } from './load-named.js'
import type { VerbContext } from './verb.js'

/** With a layout: of that, from its beginning. Without: of what runs; else of ./orchestra.yaml. `at`: as if it were then. */
export async function forecastOf(c: VerbContext, at: string | undefined): Promise<ForecastDocument> {
  const given = c.positionals[0]
  const running = given === undefined ? await ask(c, at) : null
  if (running !== null) return running
  const { layout } = await loadNamed(c, given)
  const zone = layout.timezone ?? localZone()
  const now = at === undefined ? Date.now() : timeOf(at, zone)
  return forecastDocument(previewLayout(null, layout, now), { now, zone })
}

async function ask(c: VerbContext, at: string | undefined): Promise<ForecastDocument | null> {
  try {
    const client = await c.connect()
    const now = await client.get<ForecastDocument>('/v1/forecast')
    return at === undefined
      ? now
      : await client.get<ForecastDocument>(`/v1/forecast?at=${timeOf(at, now.timezone)}`)
  } catch (error) {
    if (c.session === undefined && isUnreachable(error) && !isHanging(error)) return null
    throw error
  }
}

/** A date alone is its beginning. */
function timeOf(text: string, zone: string): number {
  const at = parseDue(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text, zone)
  if (at !== undefined) return at
  throw new OrchestraError(
    `--at ${text}: not a date: write 2026-12-01, 2026-12-01T18:00 or 2026-12-01T18:00+09:00`,
    {
      kind: 'usage',
    },
  )
}
