/** Journals that another version wrote: an older one is taken over, a newer or unknown one is refused by every verb. */
import { expect } from 'chai'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { StatusDocument } from '../../lib/core/protocol/status.js'
import { type SqliteDriver } from '../../lib/store/driver.js'
import { loadDriver } from '../../lib/store/load-driver.js'
import { eventually } from '../support/eventually.js'
import { isAlive } from '../support/processes.js'
import { Orchestra } from '../support/orchestra.js'

const SESSION = 'formats'
const LAYOUT = `version: 1
session: ${SESSION}
agents:
  A-1: { type: demo }
windows: [ { name: One, agent: A-1 } ]
tasks:
  one: { title: one, type: command, command: 'true' }
gates:
  ok: { after: [one], approve: human }
`

describe('a journal that another version wrote', function () {
  this.timeout(120_000)
  let o: Orchestra
  let layout: string
  const agent = ({ agents }: StatusDocument) => agents.find(({ id }) => id === 'A-1')

  async function changeStore(change: (db: SqliteDriver) => void): Promise<void> {
    const db = (await loadDriver())(join(o.state, 'sessions', SESSION, 'store.db'))
    db.exec('PRAGMA busy_timeout = 10000')
    change(db)
    db.exec('PRAGMA journal_mode = DELETE')
    db.close()
  }

  const seqOf = (db: SqliteDriver, what: 'min' | 'max') =>
    Number(db.all(`SELECT ${what}(seq) AS seq FROM events`)[0]?.['seq'])

  beforeEach(async () => {
    o = new Orchestra()
    layout = o.write('orchestra.yaml', LAYOUT)
    await o.ok('up', layout, '-d', '--wait')
  })

  afterEach(() => o.close())

  /** No verb understands half of it, none is a bug, and each tells what is wrong and what to do. */
  async function refusedByAll(...words: string[]): Promise<void> {
    for (const args of [
      ['up', layout, '-d'],
      ['status'],
      ['status', '--json'],
      ['events'],
      ['tasks'],
      ['run'],
      ['down'],
    ]) {
      const { code, stdout, stderr } = await o.run(args)
      expect(code, `${args.join(' ')}: ${stderr}`).to.be.oneOf([1, 2])
      expect(stdout, args.join(' ')).to.equal('')
      for (const word of words) expect(stderr, args.join(' ')).to.include(word)
    }
  }

  it('before there were gates, and before formats were counted: it goes on, with its agents', async () => {
    const pid = agent(await o.status())?.pid
    await o.ok('down', '--keep-agents')
    await changeStore((db) => {
      db.exec(`UPDATE events SET body = json_remove(body, '$.layout.gates') WHERE type = 'layout.applied'`)
      db.exec('UPDATE events SET v = 1')
    })
    await o.ok('up', layout, '-d', '--wait')
    const status = await o.status()
    expect(agent(status)?.pid).to.equal(pid)
    expect(status.gates).to.have.length(1)
    await o.ok('down')
  })

  it('with an event of an unknown type: names it, and the backup from before it can be gone back to', async () => {
    await o.ok('down', '--keep-agents')
    await changeStore((db) => {
      const seq = seqOf(db, 'max') + 1
      const body = `{"type":"github.issue_imported","at":1,"issue":7}`
      db.run(
        `INSERT INTO events (seq, at, type, body, v) SELECT ?, 1, 'github.issue_imported', ?, v FROM events WHERE seq = 1`,
        seq,
        body,
      )
    })
    await refusedByAll('github.issue_imported', 'event ', 'Use a version that knows it', 'store.db')
    await changeStore((db) => db.exec(`DELETE FROM events WHERE type = 'github.issue_imported'`))
    await o.ok('up', layout, '-d')
  })

  it('in a newer format: names the version that wrote it', async () => {
    await o.ok('down', '--keep-agents')
    await changeStore((db) => {
      db.exec('UPDATE events SET v = 99 WHERE seq = (SELECT max(seq) FROM events)')
      db.run('INSERT INTO writers VALUES (?, 1, ?, 99)', seqOf(db, 'max') + 1, '9.9.9+gfeedbee')
    })
    await refusedByAll('9.9.9+gfeedbee', 'journal format 99')
  })

  it('in newer tables: names the version that wrote it', async () => {
    await o.ok('down', '--keep-agents')
    await changeStore((db) => {
      db.run('INSERT INTO writers VALUES (?, 1, ?, 99)', seqOf(db, 'max') + 1, '9.9.9+gfeedbee')
      db.exec('PRAGMA user_version = 99')
    })
    await refusedByAll('9.9.9+gfeedbee', 'schema 99')
  })

  it('with a damaged event: tells which, and the backup to go back to, also after a crash', async () => {
    const pid = o.daemonPid(SESSION)
    await o.ok('submit', 'more', '--id=more')
    if (pid === undefined) throw new Error('no daemon')
    process.kill(pid, 'SIGKILL')
    await eventually(() => !isAlive(pid))
    let seq = 0
    const backups = join(o.state, 'sessions', SESSION, 'backups')
    await changeStore((db) => {
      mkdirSync(backups, { recursive: true, mode: 0o700 })
      db.run('VACUUM INTO ?', join(backups, 'store-before-the-damage.db'))
      seq = seqOf(db, 'min')
      db.run(`UPDATE events SET body = '{"type":"layout.appl' WHERE seq = ?`, seq)
    })
    for (const args of [['status'], ['up', layout, '-d'], ['events']]) {
      const { code, stderr } = await o.run(args)
      expect(code, stderr).to.equal(1)
      expect(stderr).to.include(`event ${seq} `).and.include(`cp -p '${backups}/store-before-the-damage.db'`)
    }
  })
})
