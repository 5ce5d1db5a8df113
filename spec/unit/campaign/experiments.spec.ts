import { expect } from 'chai'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { EXPERIMENTS } from '../../support/experiments.js'

const SPEC = resolve(import.meta.dirname, '../..')
/** What every commit must show. */
const PER_COMMIT = [1, 3, 4, 6, 7, 8, 9, 10, 15, 16, 17, 24, 27, 31, 36, 38, 39, 41, 65, 66, 67]

describe('the campaign', () => {
  it('has a row for each number, in order', () => {
    expect(EXPERIMENTS.map((one) => one.id)).to.deep.equal(EXPERIMENTS.map((_, i) => `E${i + 1}`))
  })

  it('names specs that there are, or says why there is none', () => {
    const wrong = EXPERIMENTS.flatMap(({ id, proofs, notRunHere }) => [
      ...proofs
        .filter((proof) => !existsSync(join(SPEC, `${proof.file}.spec.ts`)))
        .map((proof) => `${id}: there is no spec/${proof.file}.spec.ts`),
      ...((proofs.length === 0) === (notRunHere === undefined) ? [`${id}: neither specs nor a reason`] : []),
    ])
    expect(wrong).to.deep.equal([])
  })

  it('finds tests by titles that stand in their files', () => {
    const wrong = EXPERIMENTS.flatMap(({ id, proofs }) =>
      proofs
        .filter(({ file, title }) => {
          if (title === undefined || file === 'campaign/sweeps') return false
          const text = readFileSync(join(SPEC, `${file}.spec.ts`), 'utf8')
          return !title.source.split('|').every((part) => new RegExp(part).test(text))
        })
        .map((proof) => `${id}: no ${String(proof.title)} in ${proof.file}`),
    )
    expect(wrong).to.deep.equal([])
  })

  it('has what every commit must show among the tests', () => {
    const perCommit = EXPERIMENTS.filter((one) => one.perCommit === true)
    expect(perCommit.map((one) => one.id)).to.deep.equal(PER_COMMIT.map((n) => `E${n}`))
    for (const { id, proofs } of perCommit)
      expect(
        proofs.some(({ file }) => !file.startsWith('campaign/')),
        id,
      ).to.equal(true)
  })
})
