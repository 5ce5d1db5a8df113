import { expect } from 'chai'
import { startDelivery, stepDelivery } from '../../../../lib/core/delivery/deliver.js'
import type { Look } from '../../../../lib/core/delivery/delivery.js'
import {
  KEY,
  LINE_DELIVERY,
  TUI_DELIVERY,
  type DeliveryProfile,
} from '../../../../lib/core/delivery/profile.js'

const TUI: DeliveryProfile = {
  ...TUI_DELIVERY,
  composer: { sign: '❯', placeholders: [], folds: '\\[Pasted text[^\\]]*\\]' },
  whileWorking: 'queues',
  clear: null,
}
const look = (composer: Look['composer']) =>
  ({ type: 'look', at: 1000, state: 'idle', composer, transcript: '' }) as const

describe('a delivery that was cut off after its paste', () => {
  const request = { text: 'one\ntwo', now: 0, readyTimeoutMs: 5000, pasted: true }

  it('presses only Enter on a terminal without a composer', () => {
    const { outputs } = startDelivery({ ...request, profile: LINE_DELIVERY })
    expect(outputs.map((output) => output.type)).to.deep.equal(['keys', 'receipt'])
    expect(outputs[0]).to.deep.include({ keys: [KEY.enter] })
  })

  it('takes a folded paste for its own, which it would not do otherwise', () => {
    const folded = look({ kind: 'text', text: '[Pasted text #1 +1 lines]', folded: true })
    const resumed = stepDelivery(startDelivery({ ...request, profile: TUI }).delivery, folded)
    expect(resumed.delivery.phase.name).to.equal('settling')
    const fresh = stepDelivery(startDelivery({ ...request, profile: TUI, pasted: false }).delivery, folded)
    expect(fresh.delivery.phase.name).to.equal('ready')
  })

  it('types nothing when the text is not there: a person may have sent it, or it hangs', () => {
    let step = startDelivery({ ...request, profile: { ...TUI, readyMs: 0 } })
    for (const at of [1000, 4100, 6000, 30_900]) {
      step = stepDelivery(step.delivery, { ...look({ kind: 'empty' }), at })
      expect(step.outputs.map((output) => output.type)).to.deep.equal(['wait'])
    }
    step = stepDelivery(step.delivery, { ...look({ kind: 'empty' }), at: 31_100 })
    expect(step.outputs[0]).to.include({ type: 'receipt', receipt: 'unconfirmed' })
  })

  it('does not wait for the rest of a text that somebody has cut', () => {
    const cut = look({ kind: 'text', text: 'one', folded: false })
    let step = stepDelivery(startDelivery({ ...request, profile: TUI, readyTimeoutMs: 1e6 }).delivery, cut)
    expect(step.outputs[0]).to.include({ type: 'wait' })
    step = stepDelivery(step.delivery, { ...cut, at: 4100 })
    expect(step.outputs[0]).to.include({ type: 'receipt', receipt: 'unconfirmed' })
  })

  it('never says refused: nobody knows what became of it', () => {
    const step = startDelivery({ ...request, profile: TUI })
    const asks = stepDelivery(step.delivery, { ...look({ kind: 'absent' }), state: 'waiting', at: 5001 })
    expect(asks.outputs[0]).to.include({ type: 'receipt', receipt: 'unconfirmed' })
    const gone = stepDelivery(step.delivery, { type: 'failed', at: 1, reason: 'its pane is gone' })
    expect(gone.outputs[0]).to.include({ type: 'receipt', receipt: 'unconfirmed' })
  })

  it('types nothing after its Enter: it only looks for what came of it', () => {
    const entered = { ...request, entered: true }
    const line = startDelivery({ ...entered, profile: LINE_DELIVERY })
    expect(line.outputs).to.deep.equal([
      { type: 'receipt', receipt: 'delivered', reason: 'written to its terminal' },
    ])
    const { delivery } = startDelivery({ ...entered, profile: TUI })
    const empty = { ...look({ kind: 'empty' }), state: 'working' } as const
    // An earlier prompt may have begun alike.
    const shown = stepDelivery(delivery, { ...empty, transcript: '❯ one two' })
    expect(shown.outputs[0]).to.include({ type: 'wait' })
    const heard = stepDelivery(delivery, { type: 'accepted', at: 1, text: 'one\ntwo' })
    expect(heard.outputs[0]).to.include({ receipt: 'delivered' })
    expect(stepDelivery(delivery, empty).outputs[0]).to.include({ type: 'wait' })
    expect(stepDelivery(delivery, { ...empty, at: 10_001 }).outputs[0]).to.include({ receipt: 'unconfirmed' })
    const stands = { ...look({ kind: 'text', text: 'one two', folded: false }), at: 2900 } as const
    expect(stepDelivery(delivery, stands).outputs[0]).to.include({ type: 'wait' })
  })
})
