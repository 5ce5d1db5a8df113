import { spawnSync } from 'node:child_process'
import type { TreesDocument } from '../../../lib/core/protocol/trees.js'
import { Orchestra } from '../../../spec/support/orchestra.js'
import { median } from '../../bench/support/statistics.js'
import type { Experiment } from './experiment.js'
import { holdSlots } from './held-slots.js'

const [SLOTS, BUSY, ROUNDS] = [200, 20, 15]

/** How long `trees` takes, with `node -e 0` before each. */
export const manySlots: Experiment = {
  number: 15,
  what: `\`trees\` over ${SLOTS} slots, ${BUSY} of them in use`,
  run: async () => {
    const orchestra = new Orchestra()
    const problems: string[] = []
    try {
      await holdSlots(orchestra, { count: SLOTS, busy: BUSY })
      const { slots } = await orchestra.json<TreesDocument>('trees')
      const ready = slots.filter(({ state }) => state === 'ready').length
      if (slots.length !== SLOTS || ready !== BUSY) problems.push(`${slots.length} stand, ${ready} in use`)
      const [node, trees, status]: number[][] = [[], [], []]
      for (let round = 0; round < ROUNDS; round += 1) {
        const since = performance.now()
        spawnSync(process.execPath, ['-e', '0'])
        node!.push(performance.now() - since)
        trees!.push((await orchestra.run(['trees'])).ms)
        status!.push((await orchestra.run(['status'])).ms)
      }
      const [n, t, s] = [median(node!), median(trees!), median(status!)]
      const figures = `node -e 0 ${n.toFixed(0)} ms, trees ${t.toFixed(0)} ms (${(t / n).toFixed(2)} times), status ${s.toFixed(0)} ms`
      return { figures, problems }
    } finally {
      await orchestra.close()
    }
  },
}
