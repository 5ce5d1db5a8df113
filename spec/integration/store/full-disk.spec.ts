import { expect } from 'chai'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OrchestraError } from '../../../lib/core/errors.js'
import { note, open, refusal, withSmallDisk } from './fixtures.js'

function failure(work: () => unknown): OrchestraError | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    return error as OrchestraError
  }
}

describe('a store on a full disk', () => {
  it('says so, keeps what it acknowledged, and goes on when there is space again', async function () {
    const could = await withSmallDisk(async (dir) => {
      const store = await open(dir)
      store.append([note('first')])
      writeFileSync(join(dir, 'ballast'), Buffer.alloc(1024 * 1024))
      let error: OrchestraError | undefined
      while (error === undefined) error = failure(() => store.append([note('x'.repeat(20_000))]))
      expect(error).to.include({ kind: 'failed' })
      expect(error.details['store']).to.equal('full')
      const kept = store.lastSeq
      expect(store.events({ limit: 1000 })).to.have.length(kept)
      expect(failure(() => store.append([note('x'.repeat(200_000))]))?.details['store']).to.equal('full')

      rmSync(join(dir, 'ballast'))
      expect(store.append([note('after')])).to.equal(kept + 1)
      expect(store.integrityCheck()).to.deep.equal([])
      store.close()
      const again = await open(dir)
      expect(again.lastSeq).to.equal(kept + 1)
      again.close()
    })
    if (!could) this.skip()
  })

  it('cannot be made without space, and leaves nothing half made', async function () {
    const could = await withSmallDisk(async (dir) => {
      try {
        writeFileSync(join(dir, 'ballast'), Buffer.alloc(4 * 1024 * 1024))
      } catch {
        // full, as wanted
      }
      expect((await refusal(dir)).details['store']).to.equal('full')
      rmSync(join(dir, 'ballast'))
      const store = await open(dir)
      expect(store.generation).to.equal(1)
      store.close()
    })
    if (!could) this.skip()
  })
})
