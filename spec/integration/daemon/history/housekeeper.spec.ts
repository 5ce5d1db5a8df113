import { expect } from 'chai'
import {
  appendFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Housekeeper } from '../../../../lib/daemon/history/housekeeper.js'
import { openLog } from '../../../../lib/daemon/kernel/log.js'
import type { Store } from '../../../../lib/store/store.js'
import { eventually } from '../../../support/eventually.js'
import { VirtualClock } from '../../../support/virtual-clock.js'
import { AT, note, open, withDir } from '../../store/fixtures.js'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

interface House {
  readonly clock: VirtualClock
  readonly store: Store
  readonly keeper: Housekeeper
  readonly dir: string
  readonly logFile: string
}

async function withHouse(use: (house: House) => Promise<void>): Promise<void> {
  await withDir(async (dir) => {
    const clock = new VirtualClock(AT)
    const store = await open(dir, { now: clock.now })
    store.append([note('a')])
    const logFile = join(dir, 'daemon.log')
    const { log, rotate } = openLog(logFile)
    const { now, every } = clock
    const keeper = new Housekeeper({ backups: store.backups, rotateLog: rotate, now, every, log })
    try {
      await use({ clock, store, keeper, dir, logFile })
    } finally {
      await keeper.leave()
      store.close()
    }
  })
}

/** Waits for the backup that was begun. */
const settled = (keeper: Housekeeper) =>
  eventually(() => expect(keeper.finding().text).not.to.match(/^one is being made/))

describe('a daemon that runs for weeks', () => {
  it('makes a backup a day, and keeps three', () =>
    withHouse(async ({ clock, store, keeper }) => {
      keeper.begin(true)
      expect(keeper.finding()).to.include({ level: 'note', check: 'backup' })
      clock.advance(14 * MINUTE)
      expect(store.backups.list()).to.deep.equal([])
      const made: number[] = []
      for (let day = 0; day < 5; day += 1) {
        clock.advance(day === 0 ? MINUTE : DAY)
        await settled(keeper)
        made.push(store.backups.list()[0]?.at ?? 0)
      }
      expect(made).to.deep.equal([0, 1, 2, 3, 4].map((day) => AT + 15 * MINUTE + day * DAY))
      expect(store.backups.list().map(({ at }) => at)).to.deep.equal(made.slice(2).toReversed())
      clock.advance(3 * 60 * MINUTE)
      const { level, text } = keeper.finding()
      expect(level).to.equal('ok')
      expect(text).to.match(/^the newest is 3h00m old, 1 MB: \/.*\/backups\/store-copy-.*\.db$/)
    }))

  it('begins with one that is due when it starts, and finishes it when it is stopped at once', () =>
    withHouse(async ({ store, keeper }) => {
      keeper.begin(false)
      await keeper.leave()
      expect(store.backups.list()).to.have.length(1)
    }))

  it('says that a backup failed, and what to do, and tries again', () =>
    withHouse(async ({ clock, store, keeper, dir }) => {
      writeFileSync(join(dir, 'backups'), 'in its place')
      keeper.begin(false)
      await settled(keeper)
      const { level, text, mend } = keeper.finding()
      expect(level).to.equal('bad')
      expect(text).to.match(/^making a backup: .*; there is none$/)
      expect(mend).to.include(`make ${dir}/backups writable`)
      rmSync(join(dir, 'backups'))
      clock.advance(14 * MINUTE)
      await settled(keeper)
      expect(keeper.finding().level).to.equal('bad')
      clock.advance(MINUTE)
      await settled(keeper)
      expect(keeper.finding().level).to.equal('ok')
      expect(store.backups.list()).to.have.length(1)
    }))

  it('makes one, and no more than one, when the wall clock was set back', () =>
    withHouse(async ({ clock, store, keeper }) => {
      keeper.begin(false)
      for (let day = 0; day < 3; day += 1) {
        await settled(keeper)
        clock.advance(DAY)
      }
      await settled(keeper)
      const before = store.backups.list().map(({ at }) => at)
      clock.setBack(300 * DAY)
      for (let look = 0; look < 5; look += 1) {
        clock.advance(MINUTE)
        await settled(keeper)
      }
      const after = store.backups.list().map(({ at }) => at)
      expect(after).to.deep.equal([...before.slice(0, 2), AT + 3 * DAY - 300 * DAY + MINUTE])
    }))

  it('begins a new log file when the present one is long, or was removed', () =>
    withHouse(async ({ clock, keeper, logFile }) => {
      keeper.begin(true)
      appendFileSync(logFile, `${'x'.repeat(5 * 1024 * 1024)}\n`)
      clock.advance(MINUTE)
      expect(statSync(`${logFile}.1`).size).to.be.greaterThan(5 * 1024 * 1024)
      await settled(keeper)
      clock.advance(15 * MINUTE)
      await eventually(() => expect(readFileSync(logFile, 'utf8')).to.include('a backup was made'))
      expect(statSync(logFile).mode & 0o777).to.equal(0o600)
      renameSync(logFile, `${logFile}.away`)
      clock.advance(MINUTE)
      expect(existsSync(logFile)).to.equal(true)
    }))
})
