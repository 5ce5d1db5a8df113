/** What a refused store and run directory tell to do, done. */
import { expect } from 'chai'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { OrchestraError } from '../../../lib/core/errors.js'
import { prepareRunDir } from '../../../lib/store/prepare-run-dir.js'
import { fixWorks } from '../../support/fix-works.js'
import { note, open, refusal, withDir } from './fixtures.js'

const ground = { env: { PATH: process.env['PATH'] ?? '' }, cwd: '/' }

/** A store with one event that nobody has open. */
const withStore = (use: (dir: string, file: string) => Promise<void>) =>
  withDir(async (dir) => {
    const store = await open(dir)
    store.append([note('a')])
    store.close()
    await use(dir, join(dir, 'store.db'))
  })

const hintOf = async (dir: string) => (await refusal(dir)).hint ?? ''

async function events(dir: string): Promise<number> {
  const store = await open(dir)
  store.close()
  return store.lastSeq
}

describe('the commands that a refused store prints', () => {
  fixWorks('store.close-directory', 'others may look into it', (follow) =>
    withStore(async (dir) => {
      chmodSync(dir, 0o755)
      await follow(await hintOf(dir), ground)
      expect(await events(dir)).to.equal(1)
    }),
  )

  fixWorks('store.close-file', 'others may change it', (follow) =>
    withStore(async (dir, file) => {
      chmodSync(file, 0o620)
      await follow(await hintOf(dir), ground)
      expect(await events(dir)).to.equal(1)
    }),
  )

  fixWorks('store.open-file', 'it cannot be written', (follow) =>
    withStore(async (dir, file) => {
      chmodSync(file, 0o400)
      await follow(await hintOf(dir), ground)
      expect(await events(dir)).to.equal(1)
    }),
  )

  fixWorks('store.go-back', 'it is damaged, and there is a backup', (follow) =>
    withStore(async (dir, file) => {
      mkdirSync(join(dir, 'backups'))
      cpSync(file, join(dir, 'backups', 'store-daily-2026-11-20T00-00-00-000Z.db'))
      writeFileSync(file, 'not a database')
      await follow(await hintOf(dir), ground)
      expect(await events(dir)).to.equal(1)
      expect(existsSync(join(dir, 'damaged', 'store.db'))).to.equal(true)
    }),
  )

  fixWorks('store.begin-empty', 'it is damaged, and there is no backup', (follow) =>
    withStore(async (dir, file) => {
      rmSync(join(dir, 'backups'), { recursive: true, force: true })
      writeFileSync(file, 'not a database')
      await follow(await hintOf(dir), ground)
      expect(await events(dir)).to.equal(0)
      expect(readdirSync(join(dir, 'damaged'))).to.include('store.db')
    }),
  )

  fixWorks('store.go-on-without', 'its journal was deleted', (follow) =>
    withStore(async (dir) => {
      const store = await open(dir)
      store.append([note('b')])
      const crashed = `${dir}-crashed`
      cpSync(dir, crashed, { recursive: true })
      chmodSync(crashed, 0o700)
      store.close()
      rmSync(join(crashed, 'store.db-wal'))
      await follow(await hintOf(crashed), ground)
      expect(await events(crashed)).to.be.at.most(1)
    }),
  )

  fixWorks('run-directory.close', 'others may change it', (follow) =>
    withDir(async (dir) => {
      mkdirSync(dir)
      chmodSync(dir, 0o777)
      let hint = ''
      try {
        prepareRunDir(dir)
      } catch (error) {
        hint = (error as OrchestraError).hint ?? ''
      }
      await follow(hint, ground)
      prepareRunDir(dir)
      expect(statSync(dir).mode & 0o777).to.equal(0o700)
    }),
  )
})
