import { expect } from 'chai'
import fc from 'fast-check'
import type { Composer } from '../../../../lib/core/delivery/composer.js'
import { startDelivery, stepDelivery } from '../../../../lib/core/delivery/deliver.js'
import type {
  DeliveryInput,
  DeliveryOutput,
  DeliveryRequest,
  DeliveryStep,
} from '../../../../lib/core/delivery/delivery.js'
import {
  KEY,
  LINE_DELIVERY,
  TUI_DELIVERY,
  type DeliveryProfile,
} from '../../../../lib/core/delivery/profile.js'
import type { AgentState } from '../../../../lib/core/words.js'

const PROFILE: DeliveryProfile = {
  ...TUI_DELIVERY,
  composer: { sign: '❯', placeholders: [], folds: '\\[Pasted' },
  whileWorking: 'steers',
  clear: [KEY.clearLine],
}
const TEXT = 'mend the cache key, please'
const EMPTY: Composer = { kind: 'empty' }
const ABSENT: Composer = { kind: 'absent' }
const holds = (text: string, folded = false): Composer => ({ kind: 'text', text, folded })

/** A TUI of a few lines: what the machine does changes it, and it is looked at as the daemon would. */
class Simulated {
  state: AgentState = 'idle'
  composer: Composer = EMPTY
  transcript = 'Welcome'
  now = 1000
  readonly acts: string[] = []
  readonly submitted: string[] = []
  onPaste = (text: string) => void (this.composer = holds(text))
  onEnter = () => {
    if (this.composer.kind !== 'text') return
    this.submitted.push(this.composer.text)
    this.composer = EMPTY
    this.state = 'working'
  }
  /** Called before every look. */
  onLook: (look: number) => void = () => undefined
  looks = 0

  run(request: Partial<DeliveryRequest> = {}): { receipt: string; reason: string | null } {
    let step: DeliveryStep = startDelivery({
      profile: PROFILE,
      text: TEXT,
      now: this.now,
      readyTimeoutMs: 5000,
      ...request,
    })
    for (let i = 0; i < 500; i += 1) {
      let input: DeliveryInput | undefined
      for (const output of step.outputs) {
        if (output.type === 'receipt') return { receipt: output.receipt, reason: output.reason }
        input = this.#act(output) ?? input
      }
      step = stepDelivery(step.delivery, input ?? this.#look())
    }
    throw new Error('no receipt')
  }

  #act(output: DeliveryOutput): DeliveryInput | undefined {
    this.now += 5
    if (output.type === 'wait') this.now = Math.max(this.now, output.until)
    if (output.type === 'keys') {
      this.acts.push(output.why)
      if (output.keys[0] === KEY.enter) this.onEnter()
      else if (this.composer.kind === 'text') this.composer = EMPTY
    }
    if (output.type !== 'paste') return undefined
    this.acts.push(output.submit === null ? 'paste' : 'paste and submit')
    this.onPaste(output.text)
    return { type: 'pasted', at: this.now }
  }

  #look(): DeliveryInput {
    this.onLook((this.looks += 1))
    const { now, state, composer, transcript } = this
    return { type: 'look', at: now, state, composer, transcript }
  }
}

/** Typed, seen in the composer, and its Enter pressed at 500. */
const entered = (): DeliveryStep => {
  const request = { profile: PROFILE, text: TEXT, now: 0, readyTimeoutMs: 1000, readySince: -1000 }
  const look = { type: 'look', state: 'idle', transcript: 'Welcome' } as const
  let step = startDelivery(request)
  step = stepDelivery(step.delivery, { ...look, at: 1, composer: EMPTY })
  step = stepDelivery(step.delivery, { type: 'pasted', at: 2 })
  step = stepDelivery(step.delivery, { ...look, at: 500, composer: holds(TEXT) })
  expect(step.outputs[0]).to.include({ type: 'keys' })
  return step
}

const simulate = (change: (tui: Simulated) => void, request: Partial<DeliveryRequest> = {}) => {
  const tui = new Simulated()
  change(tui)
  return { tui, ...tui.run(request) }
}

describe('delivery', () => {
  it('pastes into an empty composer, waits, presses Enter once', () => {
    const { tui, receipt } = simulate(() => undefined)
    expect(receipt).to.equal('delivered')
    expect(tui.acts).to.deep.equal(['paste', 'submit'])
    expect(tui.submitted).to.deep.equal([TEXT])
  })

  it('presses one more Enter when the first was swallowed, and no third', () => {
    let enters = 0
    const once = simulate((tui) => {
      const enter = tui.onEnter
      tui.onEnter = () => void ((enters += 1) > 1 && enter())
    })
    expect(once.receipt).to.equal('delivered')
    expect(once.tui.acts).to.deep.equal(['paste', 'submit', 'the first Enter was swallowed'])
    const always = simulate((tui) => void (tui.onEnter = () => undefined))
    expect(always).to.include({ receipt: 'unconfirmed' })
    expect(always.tui.acts).to.have.length(3)
  })

  it('knows its own text when the CLI folds it', () => {
    const { receipt, tui } = simulate(
      (tui) => void (tui.onPaste = () => void (tui.composer = holds('[Pasted text #1 +19 lines]', true))),
      { text: Array.from({ length: 20 }, (_, i) => `line ${i}`).join('\n') },
    )
    expect(receipt).to.equal('delivered')
    expect(tui.acts).to.deep.equal(['paste', 'submit'])
    const other = simulate(
      (tui) => void (tui.onPaste = () => void (tui.composer = holds('[Pasted text #1 +5 lines]', true))),
      { text: Array.from({ length: 20 }, (_, i) => `line ${i}`).join('\n') },
    )
    expect(other.receipt).to.equal('refused')
    expect(other.tui.acts).to.deep.equal(['paste'])
  })

  it('does not type over somebody else’s draft', () => {
    const { receipt, reason, tui } = simulate((tui) => void (tui.composer = holds('my own thought')))
    expect({ receipt, reason }).to.deep.equal({
      receipt: 'refused',
      reason: 'somebody else’s text stands in its composer',
    })
    expect(tui.acts).to.deep.equal([])
  })

  it('waits until the draft is gone', () => {
    const { receipt } = simulate((tui) => {
      tui.composer = holds('my own thought')
      tui.onLook = (look) => void (look === 4 && (tui.composer = EMPTY))
    })
    expect(receipt).to.equal('delivered')
  })

  it('types nothing while a question is open, while it works, while it starts', () => {
    for (const [state, composer] of [
      ['waiting', ABSENT],
      ['working', EMPTY],
      ['starting', ABSENT],
      ['unknown', EMPTY],
      ['limited', EMPTY],
    ] as const) {
      const { receipt, tui } = simulate((tui) => void ((tui.state = state), (tui.composer = composer)))
      expect(receipt, state).to.equal('refused')
      expect(tui.acts, state).to.deep.equal([])
    }
  })

  it('sends while it works where that queues the prompt, and only when asked to', () => {
    const profile = { ...PROFILE, whileWorking: 'queues' } as const
    const working = (tui: Simulated) => void (tui.state = 'working')
    expect(simulate(working, { profile, whileWorking: true }).receipt).to.equal('delivered')
    expect(simulate(working, { profile }).receipt).to.equal('refused')
    expect(simulate(working, { whileWorking: true }).receipt).to.equal('refused')
  })

  it('presses no Enter into a question that opened while it typed', () => {
    const { receipt, reason, tui } = simulate((tui) => {
      tui.onPaste = () => void ((tui.composer = ABSENT), (tui.state = 'waiting'))
    })
    expect(receipt).to.equal('refused')
    expect(reason).to.include('question')
    expect(tui.acts).to.deep.equal(['paste'])
  })

  it('presses no Enter when somebody typed into the same composer', () => {
    const { receipt, tui } = simulate(
      (tui) => void (tui.onPaste = (text) => void (tui.composer = holds(`x${text}`))),
    )
    expect(receipt).to.equal('refused')
    expect(tui.acts).to.deep.equal(['paste'])
  })

  it('presses no Enter when its text never appears', () => {
    const { receipt, reason, tui } = simulate((tui) => void (tui.onPaste = () => undefined))
    expect(receipt).to.equal('unconfirmed')
    expect(reason).to.include('may still come')
    expect(tui.acts).to.deep.equal(['paste'])
  })

  it('waits for a program that hangs: the text is not given up while it may still come', () => {
    const { receipt, tui } = simulate((tui) => {
      let text = ''
      tui.onPaste = (pasted) => void (text = pasted)
      tui.onLook = () => {
        if (text !== '' && tui.now > 12_000 && tui.submitted.length === 0) tui.composer = holds(text)
      }
    })
    expect(receipt).to.equal('delivered')
    expect(tui.submitted).to.deep.equal([TEXT])
    expect(tui.acts).to.deep.equal(['paste', 'submit'])
  })

  it('does not wait for a text that a question has taken, or whose program has exited', () => {
    for (const state of ['waiting', 'exited'] as const) {
      const { receipt, tui } = simulate((tui) => {
        tui.onPaste = () => void ((tui.state = state), (tui.composer = ABSENT))
        tui.onLook = () => {
          if (state === 'waiting' && tui.now > 3000) [tui.state, tui.composer] = ['idle', EMPTY]
        }
      })
      expect(receipt, state).to.equal('refused')
      expect(tui.now, state).to.be.lessThan(10_000)
    }
  })

  it('sees an answer that was faster than its look', () => {
    const { receipt } = simulate((tui) => {
      tui.onEnter = () => void ((tui.composer = EMPTY), (tui.transcript = `Welcome\n❯ ${TEXT}\n● Done`))
    })
    expect(receipt).to.equal('delivered')
  })

  it('does not take the echo of an earlier prompt that began alike for its own', () => {
    const dropped = simulate((tui) => {
      tui.transcript = `Welcome\n❯ ${TEXT}, again`
      tui.onEnter = () => void (tui.composer = EMPTY)
    })
    expect(dropped.receipt).to.equal('unconfirmed')
  })

  it('does not call it delivered when the text just vanishes', () => {
    const { receipt } = simulate((tui) => void (tui.onEnter = () => void (tui.composer = EMPTY)))
    expect(receipt).to.equal('unconfirmed')
  })

  it('removes a prompt of its own that an interrupt put back', () => {
    const { receipt, tui } = simulate((tui) => void (tui.composer = holds('the earlier prompt')), {
      lastPrompt: 'the earlier prompt',
    })
    expect(receipt).to.equal('delivered')
    expect(tui.submitted).to.deep.equal([TEXT])
  })

  it('presses only Enter when its own text stands there already: the daemon was restarted', () => {
    for (const known of [{ pasted: true }, { lastPrompt: TEXT }]) {
      const { receipt, tui } = simulate((tui) => void (tui.composer = holds(TEXT)), known)
      expect(receipt).to.equal('delivered')
      expect(tui.acts).to.deep.equal(['submit'])
    }
  })

  it('waits half a minute for what was pasted before a restart, and no longer for a part of it', () => {
    for (const [left, seconds, wanted] of [
      [EMPTY, 20, 'delivered'],
      [EMPTY, 40, 'unconfirmed'],
      [holds(TEXT.slice(0, 5)), 20, 'unconfirmed'],
    ] as const) {
      const { receipt, tui } = simulate(
        (tui) => {
          tui.composer = left
          tui.onLook = () => {
            if (tui.now < seconds * 1000) return
            tui.composer = holds(TEXT)
            tui.onLook = () => undefined
          }
        },
        { pasted: true, readyTimeoutMs: 60_000 },
      )
      expect(receipt, `${seconds}`).to.equal(wanted)
      expect(tui.acts).to.deep.equal(wanted === 'delivered' ? ['submit'] : [])
    }
  })

  it('takes no draft for its own because it is a part of its text, or folded', () => {
    for (const draft of [holds('please'), holds(TEXT), holds('[Pasted text #1 +3 lines]', true)]) {
      const { receipt, tui } = simulate((tui) => void (tui.composer = draft), { lastPrompt: 'another one' })
      expect(receipt).to.equal('refused')
      expect(tui.acts).to.deep.equal([])
    }
  })

  it('believes the hook of the CLI', () => {
    const step = entered()
    const hear = (text: string) => stepDelivery(step.delivery, { type: 'accepted', at: 501, text }).outputs
    expect(hear(TEXT)).to.deep.equal([{ type: 'receipt', receipt: 'delivered', reason: null }])
    expect(hear(`<pasted_content id="1">${TEXT}</pasted_content>`)[0]).to.include({ receipt: 'delivered' })
    expect(hear(`x${TEXT}`)[0]).to.include({ receipt: 'unconfirmed' })
    expect(hear('what a person sent')).to.deep.equal([{ type: 'look' }])
  })

  it('believes no hook before it has typed', () => {
    const { delivery } = startDelivery({ profile: PROFILE, text: TEXT, now: 0, readyTimeoutMs: 1000 })
    const { outputs } = stepDelivery(delivery, { type: 'accepted', at: 1, text: TEXT })
    expect(outputs).to.deep.equal([{ type: 'look' }])
  })

  it('lets a person finish typing before it pastes', () => {
    let step = startDelivery({
      profile: PROFILE,
      text: TEXT,
      now: 0,
      readyTimeoutMs: 1000,
      readySince: -1000,
    })
    const look = { type: 'look', state: 'idle', transcript: '', composer: EMPTY } as const
    step = stepDelivery(step.delivery, { ...look, at: 100, typedAt: 50 })
    expect(step.outputs[0]).to.include({ type: 'wait' })
    step = stepDelivery(step.delivery, { ...look, at: 460, typedAt: 50 })
    step = stepDelivery(step.delivery, { ...look, at: 970, typedAt: 50 })
    expect(step.outputs[0]).to.include({ type: 'paste' })
  })

  it('takes no old lines that an empty composer uncovers for an answer', () => {
    const { receipt, tui } = simulate((tui) => {
      tui.onEnter = () => void ([tui.composer, tui.transcript] = [EMPTY, 'an older line\nWelcome'])
    })
    expect(receipt).to.equal('unconfirmed')
    expect(tui.acts).to.deep.equal(['paste', 'submit'])
  })

  it('neither presses a second Enter nor believes what it sees once a person has typed after the first', () => {
    const sentAt = (composer: Composer, state: AgentState, transcript = 'Welcome') => {
      let step = entered()
      const after = { type: 'look', state, composer, transcript, typedAt: 600 } as const
      for (let at = 800; at < 60_000; at += 200) {
        step = stepDelivery(step.delivery, { ...after, at })
        expect(step.outputs[0]?.type).to.not.equal('keys')
        if (step.outputs[0]?.type === 'receipt') return step.outputs[0].receipt
      }
      return 'none'
    }
    expect(sentAt(holds(TEXT), 'idle')).to.equal('unconfirmed')
    expect(sentAt(EMPTY, 'working')).to.equal('unconfirmed')
    expect(sentAt(EMPTY, 'idle', 'Welcome\nsomething')).to.equal('unconfirmed')
    expect(sentAt(EMPTY, 'working', `Welcome\n> ${TEXT}`)).to.equal('delivered')
  })

  it('does not believe a changed screen where a person typed between its paste and its Enter', () => {
    // Their key, held back while a busy program took our text, cleared the composer before our Enter came.
    const before = { type: 'look', state: 'idle', transcript: 'Welcome' } as const
    let step = startDelivery({
      profile: PROFILE,
      text: TEXT,
      now: 0,
      readyTimeoutMs: 5000,
      readySince: -5000,
    })
    step = stepDelivery(step.delivery, { ...before, composer: EMPTY, at: 100 })
    step = stepDelivery(step.delivery, { type: 'pasted', at: 110 })
    step = stepDelivery(step.delivery, { ...before, composer: holds(TEXT), at: 3300, typedAt: 2610 })
    expect(step.outputs[0]).to.include({ type: 'keys', why: 'submit' })
    let receipt = 'none'
    for (let at = 3600; receipt === 'none' && at < 60_000; at += 200) {
      const look = { ...before, transcript: 'Welcome\nthe answer before goes on', composer: EMPTY }
      step = stepDelivery(step.delivery, { ...look, at, typedAt: 2610 })
      const [output] = step.outputs
      if (output?.type === 'receipt') receipt = output.receipt
    }
    expect(receipt).to.equal('unconfirmed')
  })

  it('waits for the rest of a paste that is half drawn', () => {
    const { receipt, tui } = simulate((tui) => {
      tui.onPaste = (text) => {
        tui.composer = holds(text.slice(0, 5))
        const seen = tui.looks
        tui.onLook = (look) => void (look === seen + 3 && (tui.composer = holds(text)))
      }
    })
    expect(receipt).to.equal('delivered')
    expect(tui.submitted).to.deep.equal([TEXT])
  })

  it('does not take one picture of a frame that is half drawn for a prompt that was taken', () => {
    const torn: Record<string, (tui: Simulated) => void> = {
      'nothing of it is drawn yet': (tui) => (tui.composer = EMPTY),
      'the composer is not drawn yet': (tui) => (tui.composer = ABSENT),
      'its frame is not, and its text seems to stand above it': (tui) => {
        tui.composer = ABSENT
        tui.transcript += `\n${TEXT}`
      },
      'it is drawn to a half': (tui) => (tui.composer = holds(TEXT.slice(0, 9))),
    }
    for (const [name, draw] of Object.entries(torn)) {
      const { receipt } = simulate((tui) => {
        let enteredAt = Infinity
        tui.onEnter = () => {
          enteredAt = Math.min(enteredAt, tui.looks)
          tui.state = 'working'
        }
        tui.onLook = (look) => {
          if (look <= enteredAt) return
          tui.composer = holds(TEXT)
          tui.transcript = 'Welcome'
          // Each second picture after Enter.
          if ((look - enteredAt) % 2 === 1) draw(tui)
        }
      })
      expect(receipt, name).to.equal('unconfirmed')
    }
  })

  it('does not say delivered while a part of it stands in the composer', () => {
    const { receipt } = simulate((tui) => {
      tui.onEnter = () => {
        tui.state = 'working'
        tui.composer = holds(TEXT.slice(0, 9))
      }
    })
    expect(receipt).to.equal('unconfirmed')
  })

  it('says delivered of a prompt whose work ended between two pictures', () => {
    const { receipt } = simulate((tui) => {
      let enteredAt = Infinity
      tui.onEnter = () => {
        enteredAt = tui.looks
        tui.composer = EMPTY
      }
      tui.onLook = (look) => void (tui.state = look === enteredAt + 1 ? 'working' : 'idle')
    })
    expect(receipt).to.equal('delivered')
  })

  it('says refused when the pane is lost before Enter, unconfirmed after', () => {
    const gone = { type: 'failed', at: 9000, reason: 'the link is gone' } as const
    const start = startDelivery({
      profile: PROFILE,
      text: TEXT,
      now: 0,
      readyTimeoutMs: 1000,
      readySince: -1000,
    })
    expect(stepDelivery(start.delivery, gone).outputs[0]).to.include({ receipt: 'refused' })
  })

  it('writes lines to a shell without reading it', () => {
    const { tui, receipt } = simulate(() => undefined, { profile: LINE_DELIVERY })
    expect(receipt).to.equal('delivered')
    expect(tui.acts).to.deep.equal(['paste and submit'])
  })

  it('ends with a receipt, at most two Enters and one paste, whatever the screen does', () => {
    const states = fc.constantFrom<AgentState>(
      'idle',
      'working',
      'waiting',
      'starting',
      'unknown',
      'error',
      'limited',
      'exited',
    )
    const composers = fc.constantFrom<Composer>(
      EMPTY,
      ABSENT,
      holds(TEXT),
      holds('else'),
      holds('[Pasted #1]', true),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(states, composers), { minLength: 1, maxLength: 60 }), (script) => {
        const { tui, receipt } = simulate((tui) => {
          tui.onEnter = () => undefined
          tui.onPaste = () => undefined
          tui.onLook = (look) => {
            const [state, composer] = script[look % script.length] ?? ['idle', EMPTY]
            tui.state = state
            tui.composer = composer
          }
        })
        expect(['delivered', 'unconfirmed', 'refused']).to.include(receipt)
        expect(tui.acts.filter((act) => act === 'paste').length).to.be.at.most(1)
        expect(tui.acts.filter((act) => act !== 'paste').length).to.be.at.most(2)
      }),
      { numRuns: 300 },
    )
  })
})
