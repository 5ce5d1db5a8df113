/** Random faults until an invariant breaks: `npx tsx scripts/simulate.ts --seeds 1000`, then `--seed N` to see one again. */
import { parseArgs } from 'node:util'
import { ROUGH_WEATHER } from '../lib/simulate/faults.js'
import { randomLayout } from '../lib/simulate/random-layout.js'
import { simulate } from '../lib/simulate/simulate.js'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
  },
})

const first = Number(values.seed ?? values.from)
const count = values.seed === undefined ? Number(values.seeds) : 1
let failures = 0
let events = 0
for (let seed = first; seed < first + count; seed += 1) {
  const layout = randomLayout(seed)
  const result = simulate({ layout, seed, faults: ROUGH_WEATHER })
  events += result.events.length
  if (values.seed !== undefined) {
    for (const event of result.events) {
      if (event.type !== 'layout.applied') console.log(JSON.stringify(event))
    }
  }
  if (result.violations.length === 0) continue
  failures += 1
  console.log(`seed ${seed}: ${result.violations.slice(0, 3).join('\n  ')}`)
}
console.log(`${count} seeds, ${events} events, ${failures} with a violation`)
process.exitCode = failures > 0 ? 1 : 0
