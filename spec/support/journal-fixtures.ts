/** The journals that were recorded with the last build of each format: `spec/fixtures/journals/v<format>/<name>`. */
import { readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { FoldSummary } from './fold-summary.js'

const DIR = resolve(import.meta.dirname, '../fixtures/journals')

export interface JournalFixture {
  readonly name: string
  readonly format: number
  /** JSON, an event each. */
  readonly events: readonly string[]
  readonly summary: FoldSummary
}

export function journalFixtures(): JournalFixture[] {
  return readdirSync(DIR)
    .filter((name) => /^v\d+$/.test(name))
    .flatMap((format) =>
      readdirSync(join(DIR, format)).map((name) => ({
        name: `${format}/${name}`,
        format: Number(format.slice(1)),
        events: readFileSync(join(DIR, format, name, 'events.jsonl'), 'utf8')
          .split('\n')
          .filter(Boolean),
        summary: JSON.parse(readFileSync(join(DIR, format, name, 'summary.json'), 'utf8')) as FoldSummary,
      })),
    )
}

/** A whole store of format 1 whose agents were alive when its daemon ended, and what its fold said. */
export const STORE_V1 = {
  path: join(DIR, 'v1/deeds/store.db'),
  summary: () => JSON.parse(readFileSync(join(DIR, 'v1/deeds/store-summary.json'), 'utf8')) as FoldSummary,
}

/** The golden file of the stored forms of one format. */
export const shapesFile = (format: number) => join(DIR, 'shapes', `v${format}.txt`)
