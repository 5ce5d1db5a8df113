/**
 * Stands in for `store/open-store.js` in the daemon of `delayed-program.ts`. The file `commit` beside the store says what each
 * commit does first: a number of milliseconds, `hold`, `fail` or `lost`; without it some milliseconds at random. `taken` there
 * says how many events were taken so far.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { OrchestraError } from '../../lib/core/errors.js'
import { openStore as openReal, type OpenStoreOptions } from '../../lib/store/open-store.js'
import type { SessionStore } from '../../lib/store/port.js'
import { DelayedStore, leaseLost } from './delayed-store.js'

const LONGEST_MS = 40

export async function openStore(dir: string, options: OpenStoreOptions): Promise<SessionStore> {
  const store = new DelayedStore(await openReal(dir, options), { before: () => beforeCommit(dir) })
  const append = store.append.bind(store)
  store.append = (...args) => {
    const seq = append(...args)
    writeFileSync(join(dir, 'taken'), String(seq))
    return seq
  }
  return store
}

async function beforeCommit(dir: string): Promise<void> {
  for (;;) {
    const what = wanted(join(dir, 'commit'))
    if (what === 'fail')
      throw new OrchestraError('no space left on the other machine', {
        kind: 'failed',
        details: { store: 'full' },
      })
    if (what === 'lost') throw leaseLost()
    if (what !== 'hold') return sleep(what === '' ? Math.random() * LONGEST_MS : Number(what))
    await sleep(10)
  }
}

function wanted(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return ''
  }
}
