import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import type { OrchestraError } from '../../../lib/core/errors.js'
import { note, open, refusal, withDir } from './fixtures.js'

/** A small file system of its own; undefined where we may not mount one. */
async function withSmallDisk(use: (dir: string) => Promise<void>): Promise<boolean> {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') return false
  return withDir(async (dir) => {
    mkdirSync(dir, { mode: 0o700 })
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=700', 'tmpfs', dir], { stdio: 'ignore' })
    } catch {
      return false
    }
    try {
      await use(dir)
      return true
    } finally {
      execFileSync('umount', ['-l', dir])
    }
  })
}

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
