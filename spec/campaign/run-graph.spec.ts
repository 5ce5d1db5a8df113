import { expect } from 'chai'
import { resolve } from 'node:path'
import type { StatusDocument } from '../../lib/core/protocol/status.js'
import { withOrchestra } from '../support/orchestra.js'

/** The longest way through the graph: four tasks of 12 s and four of 6 s. */
const CRITICAL_MS = 72_000

describe('the fifteen tasks of the quick start at their own speed', function () {
  this.timeout(180_000)

  it('are done in little more than their critical path', async () => {
    await withOrchestra(async (orchestra) => {
      const layout = resolve(import.meta.dirname, '../../layouts/local.yaml')
      await orchestra.ok('up', layout, '-d', '--wait')
      await orchestra.untilStatus((status) => status.agents.every(({ state }) => state === 'idle'))
      const { code, stdout } = await orchestra.run(['run', '--wait'], { timeoutMs: 150_000 })
      expect(code, stdout).to.equal(0)
      const { run } = await orchestra.json<StatusDocument>('status')
      const took = Date.parse(run.finished_at ?? '') - Date.parse(run.started_at ?? '')
      console.log(`    makespan ${took / 1000} s, ${(took / CRITICAL_MS).toFixed(3)} of the critical path`)
      expect(took)
        .to.be.at.least(CRITICAL_MS)
        .and.at.most(CRITICAL_MS * 1.05)
    })
  })
})
