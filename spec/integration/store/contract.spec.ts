import { setTimeout as sleep } from 'node:timers/promises'
import { DelayedStore } from '../../support/delayed-store.js'
import { storeContract } from '../../support/store-contract.js'
import { inDatabase, open, withDir } from './fixtures.js'

storeContract('SQLite', (use) =>
  withDir((dir) =>
    use({
      open: () => open(dir),
      damage: (name, id, text) =>
        inDatabase(dir, (db) => db.run('INSERT OR REPLACE INTO facts VALUES (?, ?, ?)', name, id, text)),
    }),
  ),
)

storeContract('a store that is durable later', (use) =>
  withDir((dir) =>
    use({
      open: async () => new DelayedStore(await open(dir), { before: () => sleep(5) }),
      damage: (name, id, text) =>
        inDatabase(dir, (db) => db.run('INSERT OR REPLACE INTO facts VALUES (?, ?, ?)', name, id, text)),
    }),
  ),
)
