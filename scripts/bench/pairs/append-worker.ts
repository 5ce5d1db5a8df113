/** `append-worker.ts TREE DIR BATCH COMMITS`: writes events with the store of another work tree, and prints what it took. */
import { join } from 'node:path'
import type { Appended } from './appends.js'

interface AnyStore {
  append(events: readonly unknown[]): number
  close(): void
}

const [tree = '', dir = '', batch = '1', commits = '1'] = process.argv.slice(2)
const { openStore } = (await import(join(tree, 'lib/store/open-store.ts'))) as {
  openStore: (dir: string, options: object) => Promise<AnyStore>
}
const store = await openStore(dir, { now: Date.now, version: '0.0.0' })
const observation = {
  state: 'working',
  label: 'thinking',
  confidence: 0.9,
  rule: 'claude.spinner',
  evidence: ['✻ Thinking… (12s · esc to interrupt)'],
}
let at = Date.now()
const events = () =>
  Array.from({ length: Number(batch) }, () => ({
    type: 'agent.observed',
    at: ++at,
    agent: 'A-1',
    generation: 1,
    observation,
  }))
for (let i = 0; i < 20; i++) store.append(events())
const [since, cpu] = [performance.now(), process.cpuUsage()]
for (let i = 0; i < Number(commits); i++) store.append(events())
const ms = performance.now() - since
const { user, system } = process.cpuUsage(cpu)
store.close()
const appended: Appended = {
  perSecond: (Number(batch) * Number(commits) * 1000) / ms,
  cpuMs: (user + system) / 1000,
}
process.stdout.write(JSON.stringify(appended))
