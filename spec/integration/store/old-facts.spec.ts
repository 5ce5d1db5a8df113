import { expect } from 'chai'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { FACTS } from '../../../lib/store/facts.js'
import { SCHEMA } from '../../../lib/store/schema.js'
import { AT, inDatabase, note, open, withDir } from './fixtures.js'

/** As the first schema kept it. */
const OLD_META: Readonly<Record<string, string>> = {
  'message:op:1': 'two lines\n"日本" \u0000 and more',
  'message:op2': '',
  'last-prompt:A-1': 'typed',
  'session:A-1': 'c-1',
  'session-chosen:A-1': '',
  'session:A-2': '',
  'session-chosen:A-2': 'mine',
  'session-chosen:A-3': 'alone',
  'session-resume:A-1': '12 c-1',
  'session-resume:A-2': '3 ',
  'session-resume:A-3': 'garbage',
  notified: '["agent_waiting A-1"]',
  agent_types: '{"A-1":"codex"}',
  later: 'kept',
}

/** Operation, state, reason. */
const OLD_RECEIPTS: readonly (readonly [string, string, string | null])[] = [
  ['waits', 'queued', null],
  ['typed', 'queued', 'sending 7'],
  ['older', 'queued', 'sending'],
  ['done', 'delivered', null],
  ['words', 'refused', 'sending 3 is what it said'],
]

async function withOldStore(use: (dir: string) => Promise<void>): Promise<void> {
  await withDir(async (dir) => {
    const made = await open(dir)
    made.append([note('a')])
    made.close()
    // Back to what the first version made of an empty file.
    await inDatabase(dir, (db) => {
      const kept = db.all("SELECT key, value FROM meta WHERE key IN ('store_id', 'generation')")
      const tables = db.all(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
      )
      for (const { name } of tables) db.exec(`DROP TABLE ${String(name)}`)
      db.exec(SCHEMA[0] ?? '')
      db.exec('PRAGMA user_version = 1')
      for (const { key, value } of kept) db.run('INSERT INTO meta VALUES (?, ?)', String(key), String(value))
      for (const [key, value] of Object.entries(OLD_META))
        db.run('INSERT INTO meta VALUES (?, ?)', key, value)
      for (const [i, [operation, state, reason]] of OLD_RECEIPTS.entries())
        db.run('INSERT INTO receipts VALUES (?, ?, ?, ?, ?, ?)', operation, 'A-1', 'd', state, reason, AT + i)
    })
    await use(dir)
  })
}

function copies(dir: string): string[] {
  return readdirSync(join(dir, 'backups')).filter((name) => name.startsWith('store-v1-before-'))
}

describe('a store whose facts were keys of meta', () => {
  it('is rewritten once, after a copy of it', () =>
    withOldStore(async (dir) => {
      const store = await open(dir)
      expect(copies(dir)).to.have.length(1)
      const { facts } = store
      expect(facts.get(FACTS.message, 'op:1')).to.equal(OLD_META['message:op:1'])
      expect(facts.get(FACTS.message, 'op2')).to.equal('')
      expect(facts.get(FACTS.lastPrompt, 'A-1')).to.equal('typed')
      expect(['A-1', 'A-2', 'A-3'].map((agent) => facts.get(FACTS.conversation, agent))).to.deep.equal([
        { known: 'c-1', chosen: null },
        { known: null, chosen: 'mine' },
        { known: null, chosen: 'alone' },
      ])
      expect(['A-1', 'A-2', 'A-3'].map((agent) => facts.get(FACTS.resumed, agent))).to.deep.equal([
        { generation: 12, session: 'c-1' },
        { generation: 3, session: null },
        null,
      ])
      expect(facts.get(FACTS.notified)).to.deep.equal(['agent_waiting A-1'])
      expect(facts.get(FACTS.agentTypes)).to.deep.equal({ 'A-1': 'codex' })
      expect(facts.problems()).to.deep.equal([
        'resumed of A-3: not a resumed conversation (generation, session)',
      ])
      expect(store.integrityCheck()).to.deep.equal([])
      store.close()
      const again = await open(dir)
      expect(again.facts.get(FACTS.conversation, 'A-2')).to.deep.equal({ known: null, chosen: 'mine' })
      again.close()
      await inDatabase(dir, (db) =>
        expect(db.all('SELECT key FROM meta ORDER BY key').map(({ key }) => key)).to.include.members([
          'generation',
          'later',
          'store_id',
        ]),
      )
      expect(copies(dir)).to.have.length(1)
    }))

  it('had the phase of a receipt in its reason', () =>
    withOldStore(async (dir) => {
      const store = await open(dir)
      expect(OLD_RECEIPTS.map(([operation]) => store.facts.receipt(operation)?.state)).to.deep.equal([
        { phase: 'waiting' },
        { phase: 'sending', generation: 7 },
        { phase: 'sending', generation: null },
        { phase: 'settled', outcome: 'delivered', reason: null },
        { phase: 'settled', outcome: 'refused', reason: 'sending 3 is what it said' },
      ])
      expect(store.facts.openReceipts().map(({ operation }) => operation)).to.deep.equal([
        'waits',
        'typed',
        'older',
      ])
      store.close()
    }))

  it('takes a receipt that is damaged for one that may have been typed', () =>
    withDir(async (dir) => {
      ;(await open(dir)).close()
      await inDatabase(dir, (db) =>
        db.run("INSERT INTO receipts VALUES ('op', 'A-1', 'd', 'flying', NULL, NULL, NULL, 1)"),
      )
      const store = await open(dir)
      expect(store.facts.openReceipts().map(({ state }) => state)).to.deep.equal([
        { phase: 'sending', generation: null },
      ])
      expect(store.facts.problems()).to.deep.equal(['receipt of op: not a phase with its fields'])
      store.close()
    }))
})
