/**
 * Sixty prompts into fake TUIs with random faults, while the daemon is killed and people type: each is submitted once, or
 * its receipt says what is known. The long form is spec/campaign/prompts.spec.ts. PROMPT_SEED=N repeats texts and faults.
 */
import { expect } from 'chai'
import { withOrchestra } from '../support/orchestra.js'
import { tableOf } from '../support/prompt-rig.js'
import { stormAndBooks } from '../support/prompt-storm.js'

const SEED = Number(process.env['PROMPT_SEED'] ?? Date.now() % 1_000_000)
const PROMPTS = 60

describe('sixty prompts in bad weather', function () {
  this.timeout(240_000)

  it('are each submitted once, or their receipt says what is known', () =>
    withOrchestra(async (orchestra) => {
      const agents = Array.from({ length: 6 }, (_, n) => ({
        id: `A${n}`,
        orders: { workMs: 100, hooks: n % 2 === 0, chaos: { seed: String(SEED), quick: true } },
      }))
      const { storm, books } = await stormAndBooks({
        orchestra,
        machines: '',
        agents,
        quick: true,
        seed: SEED,
        prompts: PROMPTS,
        proxies: [],
        kills: 2,
        cuts: 0,
        persons: 6,
        readyMs: 60_000,
        untilMs: 120_000,
      })
      const told = `seed ${SEED}, ${storm.kills} kills, ${storm.typed} people typing\n${tableOf(books)}`
      expect(books.problems, told).to.deep.equal([])
      expect(storm.sent.length).to.equal(PROMPTS)
      expect(books.receipts['delivered'], told).to.be.greaterThan(0)
    }))
})
