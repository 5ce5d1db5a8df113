import { expect } from 'chai'
import { slotId, type MachineId } from '../../../../lib/core/ids.js'
import { findLeaks, type KnownSlot } from '../../../../lib/core/trees/leaks.js'

const MARK = 'orchestra store'
const slot = (index: number, more: Partial<KnownSlot> = {}): KnownSlot => ({
  id: slotId('app', 'm' as MachineId, index),
  name: `app.0${index}`,
  isMade: true,
  isChanging: false,
  ...more,
})
const entry = (name: string, lock = `${MARK} ${name}`) => ({ path: `/wood/${name}`, lock })

function kinds(
  dirs: readonly string[],
  entries: readonly ReturnType<typeof entry>[],
  slots: readonly KnownSlot[],
  others: readonly string[] = [],
) {
  return findLeaks({ root: '/wood', dirs, entries, others }, slots, MARK).map(
    ({ kind, name }) => `${kind} ${name}`,
  )
}

describe('findLeaks', () => {
  it('finds nothing where journal, list and disk agree', () => {
    expect(kinds(['app.01'], [entry('app.01')], [slot(1)])).to.deep.equal([])
  })

  it('tells a directory without an entry from an entry without a directory', () => {
    expect(kinds(['app.02'], [entry('app.01')], [slot(1), slot(2)])).to.deep.equal([
      'orphan_entry app.01',
      'orphan_dir app.02',
    ])
  })

  it('leaves what others locked, or made elsewhere, for foreign', () => {
    const theirs = { path: '/elsewhere/x', lock: '' }
    expect(kinds(['app.01'], [entry('app.01', 'mine'), theirs], [slot(1)])).to.deep.equal([
      'foreign app.01',
      'foreign /elsewhere/x',
    ])
    expect(kinds(['app.01'], [entry('app.01', 'orchestra storeX app.01')], [])).to.deep.equal([
      'foreign app.01',
    ])
  })

  it('names what the journal forgot, what it alone knows, and a removal that was cut off', () => {
    expect(kinds(['app.01', '.gone.app.03'], [entry('app.01')], [slot(2)])).to.deep.equal([
      'forgotten app.01',
      'half_removed .gone.app.03',
      'missing app.02',
    ])
  })

  it('takes what is no directory, in the place of a slot, for foreign', () => {
    expect(
      kinds([], [entry('app.01')], [slot(1), slot(2, { isMade: false })], ['app.01', 'app.02', 'notes']),
    ).to.deep.equal(['foreign app.01', 'foreign app.02'])
  })

  it('says nothing of a slot while a step is at work on it', () => {
    expect(kinds(['app.01'], [], [slot(1, { isChanging: true })])).to.deep.equal([])
  })
})
