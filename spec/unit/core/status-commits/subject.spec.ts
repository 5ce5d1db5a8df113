import { expect } from 'chai'
import type { Machine } from '../../../../lib/core/layout/model.js'
import { parseStatusSubject, statusSubjectOf } from '../../../../lib/core/status-commits/subject.js'

const MACHINE = { id: 'mugen', layer: 'L2', code: 'MU' } as unknown as Machine

describe('the subject of a status commit', () => {
  it('names layer, machine and phase, and is read back', () => {
    const subject = statusSubjectOf(MACHINE, { phase: 'p1', text: 'スキーマ reviewed' })
    expect(subject).to.equal('[L2][MU] status(p1): スキーマ reviewed')
    expect(parseStatusSubject(subject)).to.deep.equal({
      layer: 'L2',
      code: 'MU',
      phase: 'p1',
      text: 'スキーマ reviewed',
    })
    expect(statusSubjectOf({ ...MACHINE, layer: null }, { phase: null, text: 'x' })).to.equal(
      '[mugen][MU] status: x',
    )
  })

  it('is one line that no terminal obeys', () => {
    expect(statusSubjectOf(MACHINE, { phase: null, text: 'a\nb\u001b[31m\u202e' })).to.equal(
      '[L2][MU] status: a b',
    )
  })

  it('is not what another commit says', () => {
    for (const line of [
      'status: x',
      '[L2] status: x',
      '[L2][MU] fix(status): x',
      '[L2][MU] status(p1):',
      '[L2][MU]status: x',
    ])
      expect(parseStatusSubject(line), line).to.equal(null)
  })
})
