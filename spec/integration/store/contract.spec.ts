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
