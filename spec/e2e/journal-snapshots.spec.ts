/** A start reads the newest snapshot and what came after it; a store of an earlier build is taken over. */
import { expect } from 'chai'
import { copyFileSync, mkdirSync, chmodSync } from 'node:fs'
import { join } from 'node:path'
import type { EventRow, StatusDocument } from '../../lib/core/protocol/status.js'
import type { Finding } from '../../lib/core/protocol/doctor.js'
import { type SqliteDriver } from '../../lib/store/driver.js'
import { loadDriver } from '../../lib/store/load-driver.js'
import { eventually } from '../support/eventually.js'
import { isAlive } from '../support/processes.js'
import { STORE_V1 } from '../support/journal-fixtures.js'
import { withOrchestra, type Orchestra } from '../support/orchestra.js'

async function changeStore(o: Orchestra, session: string, change: (db: SqliteDriver) => void): Promise<void> {
  const db = (await loadDriver())(join(o.state, 'sessions', session, 'store.db'))
  db.exec('PRAGMA busy_timeout = 10000')
  change(db)
  db.exec('PRAGMA journal_mode = DELETE')
  db.close()
}

async function snapshotFinding(o: Orchestra): Promise<Finding | undefined> {
  const { stdout } = await o.run(['doctor', '--json'])
  return (JSON.parse(stdout) as Finding[]).find(({ check }) => check === 'snapshot')
}

describe('snapshots of a session', function () {
  this.timeout(120_000)

  it('are written when the daemon ends, are what the next start reads, and one that is damaged is passed over', () =>
    withOrchestra(async (o) => {
      const layout = o.write(
        'orchestra.yaml',
        `version: 1
session: shots
agents: { A-1: { type: demo, env: { ZZ: "1", AA: "2" } } }
tasks: { T: { title: T, agent: A-1, retry: 2 } }
`,
      )
      await o.ok('up', layout, '-d', '--wait')
      const { pid } = (await o.status()).agents[0] ?? {}
      await o.ok('down', '--keep-agents')
      await o.ok('up', layout, '-d', '--wait')
      expect((await o.status()).agents[0]).to.include({ pid, generation: 1 })
      await o.ok('submit', 'more', '--id=more')
      expect(await snapshotFinding(o)).to.include({ level: 'ok' })
      await o.ok('down', '--keep-agents')

      // The start does not read what the snapshots have: only whoever asks for that event hears of its damage.
      let seq = 0
      await changeStore(o, 'shots', (db) => {
        expect(db.all('SELECT seq FROM snapshots')).to.have.length(2)
        seq = Number(db.all('SELECT min(seq) AS seq FROM events')[0]?.['seq'])
        db.run(`UPDATE events SET body = '{"type":"lay' WHERE seq = ?`, seq)
        db.exec(
          `UPDATE snapshots SET body = replace(body, 'A-1', 'A-9') WHERE seq = (SELECT max(seq) FROM snapshots)`,
        )
      })
      await o.ok('up', layout, '-d', '--wait')
      const status = await o.status()
      expect(status.agents.map(({ id, pid: now }) => [id, now])).to.deep.equal([['A-1', pid]])
      expect(status.tasks.map(({ id }) => id)).to.deep.equal(['T', 'more'])
      const all = await o.run(['events', '--since', '2020-01-01'])
      expect(all.code).to.equal(1)
      expect(all.stderr).to.include(`event ${seq} `)
      expect(await snapshotFinding(o)).to.include({ level: 'bad' })
      await o.ok('down', '--keep-agents')

      // Without any snapshot the whole journal is read, and its damage keeps it from being taken for less than it is.
      await changeStore(o, 'shots', (db) => db.exec(`UPDATE snapshots SET digest = 'x'`))
      const { code, stderr } = await o.run(['up', layout, '-d'])
      expect(code).to.equal(1)
      expect(stderr).to.include(`event ${seq} `)
    }))

  it('are not there after a crash: the layout that comes out of the journal is the one that was applied', () =>
    withOrchestra(async (o) => {
      const layout = o.write(
        'orchestra.yaml',
        'version: 1\nsession: shots\nagents: { A-1: { type: demo, env: { ZZ: "1", AA: "2" } } }\ntasks: { T: { title: T, agent: A-1, retry: 2 } }\n',
      )
      await o.ok('up', layout, '-d', '--wait')
      const pid = o.daemonPid('shots')
      if (pid === undefined) throw new Error('no daemon')
      process.kill(pid, 'SIGKILL')
      await eventually(() => !isAlive(pid))
      const { code, stdout, stderr } = await o.run(['up', layout, '-d', '--wait'])
      expect(code, stderr).to.equal(0)
      expect(`${stdout}${stderr}`.match(/^~.*/gm) ?? []).to.deep.equal([])
    }))

  it('begin with the store of an earlier build: its state, its history, no task done again', () =>
    withOrchestra(async (o) => {
      const dir = join(o.state, 'sessions/deeds')
      mkdirSync(dir, { recursive: true, mode: 0o700 })
      for (const one of [o.state, join(o.state, 'sessions'), dir]) chmodSync(one, 0o700)
      copyFileSync(STORE_V1.path, join(dir, 'store.db'))
      chmodSync(join(dir, 'store.db'), 0o600)
      const before = STORE_V1.summary()
      const agents = Object.keys(before.agents).map((id) => `  ${id}: { type: demo }\n`)
      const tasks = Object.keys(before.tasks).map(
        (id) => `  ${id}: { title: ${id}, type: command, command: 'true' }\n`,
      )
      const layout = o.write(
        'deeds.yaml',
        `version: 1\nsession: deeds\nagents:\n${agents.join('')}tasks:\n${tasks.join('')}`,
      )
      await o.ok('up', layout, '-d', '--wait')
      const status = await o.status()
      const attempts = ({ tasks: rows }: StatusDocument) =>
        Object.fromEntries(rows.map(({ id, status: state, attempts: n }) => [id, `${state} ${n}`]))
      for (const [id, task] of Object.entries(before.tasks))
        if (task.status === 'COMPLETED')
          expect(attempts(status)[id], id).to.equal(`COMPLETED ${task.attempts.length}`)
      const generation = (id: string) => status.agents.find((row) => row.id === id)?.generation
      for (const [id, known] of Object.entries(before.agents))
        expect(generation(id), id).to.be.at.least(known.generation)

      const rows = JSON.parse(await o.ok('events', '--since', '2020-01-01', '--json')) as EventRow[]
      expect(rows.map(({ seq }) => seq)).to.deep.equal(rows.map((_, i) => i + 1))
      expect(rows.find(({ type }) => type === 'gate.answered')).to.include({ by: 'person' })
      const raw = (await o.ok('events', '--since', '2020-01-01', '--raw')).trim().split('\n')
      expect(raw.length).to.be.at.least(rows.length)
      expect(JSON.parse(raw[0] ?? '')).to.deep.include({ seq: 1, type: 'layout.applied' })
      expect((await o.run(['events', '--since', 'yesterday'])).code).to.equal(2)
      await o.ok('down')
      await changeStore(o, 'deeds', (db) => {
        const found = db.all('SELECT seq FROM snapshots ORDER BY seq').map((row) => Number(row['seq']))
        // One before this version wrote its first event, one at its end.
        const [writer] = db.all('SELECT seq FROM writers ORDER BY seq DESC LIMIT 1')
        expect(found[0]).to.equal(Number(writer?.['seq']) - 1)
        expect(found).to.have.length(2)
      })
    }))
})
