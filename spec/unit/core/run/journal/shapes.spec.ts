/**
 * The stored form of events, as it is promised for the present format: a change shows here. While no release has
 * written this format, take the change into the golden file (`npx tsx scripts/event-shapes.ts`); afterwards that file is
 * never changed again, and a change needs the next format (CONTRIBUTING.md, "The journal").
 */
import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { describeStored } from '../../../../../lib/core/run/journal/state-shape.js'
import { JOURNAL_FORMAT } from '../../../../../lib/core/run/journal/format.js'
import { shapesFile } from '../../../../support/journal-fixtures.js'

describe('the stored form', () => {
  it('of events and of the state, is the one that this journal format promises', () => {
    const golden = readFileSync(shapesFile(JOURNAL_FORMAT), 'utf8').split('\n').filter(Boolean)
    expect(describeStored()).to.deep.equal(golden)
  })
})
