/** Writes the golden file of the stored forms of events: `npx tsx scripts/event-shapes.ts`. Only for an unreleased format. */
import { writeFileSync } from 'node:fs'
import { describeStored } from '../lib/core/run/journal/state-shape.js'
import { JOURNAL_FORMAT } from '../lib/core/run/journal/format.js'
import { shapesFile } from '../spec/support/journal-fixtures.js'

writeFileSync(shapesFile(JOURNAL_FORMAT), `${describeStored().join('\n')}\n`)
