/**
 * PROMPTS=1000 prompts into fake TUIs with random faults, local and behind sshd: each submitted once, or `unconfirmed`,
 * or `refused`; none lost, none doubled. PROMPT_SEED=N repeats the texts and the faults that go with them.
 */
import { expect } from 'chai'
import type { TuiAgent } from '../support/prompt-rig.js'
import { makeKnown, tableOf } from '../support/prompt-rig.js'
import { stormAndBooks } from '../support/prompt-storm.js'
import { withRunRig } from '../support/run-rig.js'
import { needsSshd } from '../support/sshd.js'
import { startTcpProxy } from '../support/tcp-proxy.js'

const PROMPTS = Number(process.env['PROMPTS'] ?? 1000)
const SEED = Number(process.env['PROMPT_SEED'] ?? Date.now() % 1_000_000)
const LOCAL = 6
const REMOTE = 4

describe('a thousand prompts', function () {
  needsSshd(this)
  this.timeout(120_000 + PROMPTS * 3000)

  it('are each submitted once, or their receipt says what is known', async () => {
    await withRunRig(2, async (rig) => {
      const { orchestra, sshds } = rig
      const proxies = await Promise.all(sshds.map(({ port }) => startTcpProxy({ port })))
      try {
        let { machines } = rig
        sshds.forEach((sshd, i) => {
          const port = proxies[i]?.port ?? 0
          makeKnown(orchestra, port, sshd.hostKey)
          machines = machines.replace(`port: ${sshd.port}`, `port: ${port}`)
        })
        const orders = (n: number) => ({
          workMs: 400,
          hooks: n % 2 === 0,
          chaos: { seed: String(SEED), quick: false },
        })
        const agents: TuiAgent[] = [
          ...Array.from({ length: LOCAL }, (_, n) => ({ id: `L${n}`, orders: orders(n) })),
          ...Array.from({ length: REMOTE }, (_, n) => ({
            id: `R${n}`,
            machine: `h${1 + (n % 2)}`,
            orders: orders(n >> 1),
          })),
        ]
        console.log(`E10: seed ${SEED}`)
        const { storm, books, seconds } = await stormAndBooks({
          orchestra,
          machines,
          agents,
          quick: false,
          seed: SEED,
          prompts: PROMPTS,
          proxies,
          kills: Math.ceil(PROMPTS / 40),
          cuts: Math.ceil(PROMPTS / 25),
          persons: Math.ceil(PROMPTS / 5),
          readyMs: 60_000,
          untilMs: 300_000,
        })
        console.log(tableOf(books))
        const { delivered = 0, unconfirmed = 0, refused = 0, none = 0 } = books.receipts
        console.log(
          `E10: ${PROMPTS} prompts in ${seconds.toFixed(0)} s, ${storm.kills} kills, ${storm.cuts} cuts, ${storm.typed} people typing: ${delivered} delivered, ${unconfirmed} unconfirmed, ${refused} refused, ${none} without a receipt; ${books.problems.length} lost, doubled or told wrong`,
        )
        for (const problem of books.problems) console.log(`E10: ${problem}`)
        expect(books.problems.join('\n')).to.equal('')
        expect(delivered).to.be.greaterThan(PROMPTS / 2)
        expect(orchestra.daemonLog('storm')).not.to.include('a bug:')
      } finally {
        for (const proxy of proxies) await proxy.stop()
      }
    })
  })
})
