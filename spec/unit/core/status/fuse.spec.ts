import { expect } from 'chai'
import { fuse, type Evidence } from '../../../../lib/core/status/fuse.js'
import { trackLook, type LookTrack } from '../../../../lib/core/status/looks.js'
import type { Verdict } from '../../../../lib/core/status/match-screen.js'
import type { AgentState } from '../../../../lib/core/words.js'

const verdict = (state: AgentState, screenId = 'x', conversationId = 'c'): Verdict => ({
  state,
  confidence: 0.9,
  rule: `r.${state}`,
  evidence: 'screen',
  text: null,
  promptId: null,
  screenId,
  conversationId,
  until: null,
})

const looks = (...seen: readonly (readonly [number, AgentState])[]): LookTrack | null =>
  seen.reduce<LookTrack | null>((track, [at, state]) => trackLook(track, verdict(state), at), null)

const evidence = (more: Partial<Evidence>): Evidence => ({
  now: 100_000,
  startedAt: 0,
  exit: null,
  process: 'alive',
  reachable: true,
  hook: null,
  looks: null,
  outputAt: null,
  byActivity: false,
  stallMs: null,
  ...more,
})
const state = (more: Partial<Evidence>) => fuse(evidence(more)).observation.state

describe('fused evidence', () => {
  it('believes the exit record before everything', () => {
    const fused = fuse(evidence({ exit: { code: 3, signal: null }, looks: looks([100_000, 'working']) }))
    expect(fused.observation).to.include({
      state: 'exited',
      confidence: 1,
      evidence: 'exit',
      text: 'exit status 3',
    })
  })

  it('knows nothing of an agent whose machine is away', () => {
    expect(state({ reachable: false, looks: looks([100_000, 'idle']) })).to.equal('unknown')
  })

  it('believes idle only at the second look, 400 ms later', () => {
    const once = fuse(evidence({ looks: looks([98_000, 'working'], [100_000, 'idle']) }))
    expect(once.observation.state).to.equal('working')
    expect(once.lookAgainAt).to.equal(100_400)
    expect(state({ looks: looks([98_000, 'working'], [99_600, 'idle'], [100_000, 'idle']) })).to.equal('idle')
  })

  it('does not believe idle while the screen still changes', () => {
    const first = trackLook(trackLook(null, verdict('working'), 98_000), verdict('idle', 'b'), 99_000)
    expect(state({ looks: trackLook(first, verdict('idle', 'c'), 100_000) })).to.equal('working')
  })

  it('is not fooled by a flicker of idle between two looks at work', () => {
    expect(
      state({ looks: looks([98_000, 'working'], [98_100, 'idle'], [98_200, 'unknown'], [100_000, 'idle']) }),
    ).to.not.equal('idle')
  })

  it('says waiting at once', () => {
    expect(state({ looks: looks([98_000, 'working'], [100_000, 'waiting']) })).to.equal('waiting')
  })

  it('believes a fresh hook before an older screen', () => {
    const hook = { state: 'waiting', at: 99_900, text: 'Bash rm' } as const
    expect(fuse(evidence({ hook, looks: looks([99_000, 'working']) })).observation).to.include({
      state: 'waiting',
      evidence: 'hook',
    })
  })

  it('drops a hook that the screen contradicts for long: no CLI reports Esc', () => {
    const hook = { state: 'working', at: 90_000, text: null } as const
    expect(state({ hook, looks: looks([96_000, 'idle'], [97_000, 'idle']) })).to.equal('working')
    expect(state({ hook, looks: looks([94_000, 'idle'], [100_000, 'idle']) })).to.equal('idle')
  })

  it('says unknown, with both sides, when hook idle and screen working last', () => {
    const hook = { state: 'idle', at: 90_000, text: null } as const
    const { observation } = fuse(evidence({ hook, looks: looks([95_000, 'working'], [100_000, 'working']) }))
    expect(observation).to.include({ state: 'unknown', evidence: 'hook/screen', rule: 'r.working' })
    expect(observation.text).to.include('idle').and.include('working')
  })

  it('sees at once that a question was answered', () => {
    const hook = { state: 'waiting', at: 98_000, text: 'Bash rm' } as const
    const answered = looks([98_300, 'waiting'], [100_000, 'working'])
    expect(state({ hook, looks: answered })).to.equal('working')
    // Of a deny no hook tells, and the next prompt may change the screen again.
    const denied = looks([98_300, 'waiting'], [98_600, 'idle'], [99_200, 'idle'], [99_300, 'working'])
    expect(state({ now: 99_300, hook, looks: denied })).to.equal('working')
    expect(state({ now: 98_700, hook, looks: looks([98_300, 'waiting'], [98_600, 'working']) })).to.equal(
      'working',
    )
    // Asked, and not yet drawn.
    expect(state({ hook: { ...hook, at: 99_900 }, looks: answered })).to.equal('waiting')
  })

  it('sees at once that a CLI tries again by itself', () => {
    const hook = { state: 'error', at: 90_000, text: 'rate_limit' } as const
    expect(state({ hook, looks: looks([91_000, 'limited'], [100_000, 'working']) })).to.equal('working')
  })

  it('calls no rate limit an error before the screen has been read', () => {
    const hook = { state: 'error', at: 99_000, text: 'rate_limit' } as const
    const before = looks([98_000, 'working'])
    const held = fuse(evidence({ hook, looks: before }))
    expect(held.observation.state).to.equal('working')
    expect(held.lookAgainAt).to.equal(100_500)
    expect(state({ hook, looks: looks([98_000, 'working'], [99_500, 'limited']) })).to.equal('limited')
    expect(state({ hook, looks: looks([98_000, 'working'], [99_500, 'error']) })).to.equal('error')
    // Nothing came of it.
    expect(state({ now: 101_000, hook, looks: before })).to.equal('error')
    expect(state({ hook: { ...hook, text: 'overloaded' }, looks: before })).to.equal('error')
  })

  it('says waiting no more when the dialog has gone', () => {
    const hook = { state: 'idle', at: 99_500, text: null } as const
    expect(state({ hook, looks: looks([98_000, 'waiting'], [100_000, 'idle']) })).to.equal('idle')
  })

  it('believes the end of a turn that the screen begins to show', () => {
    const hook = { state: 'idle', at: 98_000, text: null } as const
    const fused = fuse(evidence({ hook, looks: looks([98_100, 'working'], [100_000, 'idle']) }))
    expect(fused.observation).to.include({ state: 'idle', evidence: 'hook' })
    expect(fused.lookAgainAt).to.equal(100_400)
    const old = { ...hook, at: 90_000 }
    expect(state({ hook: old, looks: looks([98_100, 'working'], [100_000, 'idle']) })).to.not.equal('idle')
  })

  it('does not believe a screen that is older than much output', () => {
    expect(state({ looks: looks([50_000, 'idle'], [51_000, 'idle']), outputAt: 99_000 })).to.equal('unknown')
  })

  it('calls a new agent with an unknown screen starting', () => {
    expect(state({ startedAt: 95_000, looks: looks([100_000, 'unknown']) })).to.equal('starting')
    expect(state({ startedAt: 50_000, looks: looks([100_000, 'unknown']) })).to.equal('unknown')
  })

  describe('of work that shows no change', () => {
    const still = looks([40_000, 'working'], [70_000, 'working'], [100_000, 'working'])
    const stalled = (more: Partial<Evidence>) =>
      fuse(evidence({ looks: still, stallMs: 60_000, ...more })).observation.stalledSince

    it('doubts it after its time, and still calls it working', () => {
      const { observation, lookAgainAt } = fuse(evidence({ looks: still, stallMs: 60_000 }))
      expect(observation).to.include({ state: 'working', confidence: 0.5, stalledSince: 40_000 })
      expect(lookAgainAt).to.equal(null)
    })

    it('looks again when the time has come, not before', () => {
      const fused = fuse(evidence({ looks: still, stallMs: 90_000 }))
      expect(fused.observation.stalledSince).to.equal(null)
      expect(fused.lookAgainAt).to.equal(130_000)
      // The time has come, the look is older: another one decides.
      expect(fuse(evidence({ now: 131_000, looks: still, stallMs: 90_000 }))).to.deep.include({
        lookAgainAt: 131_000,
      })
    })

    it('counts a change of the conversation and a word of its hooks, not a draft or a tip', () => {
      const grown = trackLook(still, verdict('working', 'x', 'longer'), 100_000)
      const typed = trackLook(still, verdict('working', 'a draft'), 100_000)
      expect(stalled({ looks: grown })).to.equal(null)
      expect(stalled({ looks: typed })).to.equal(40_000)
      expect(stalled({ hook: { state: 'working', at: 80_000, text: null } })).to.equal(null)
    })

    it('is never done for idle, for a question, for a shell, or where the layout says never', () => {
      const of = (state: AgentState) => looks([10_000, state], [100_000, state])
      expect([
        stalled({ looks: of('idle') }),
        stalled({ looks: of('waiting') }),
        stalled({ byActivity: true, outputAt: 99_000 }),
        stalled({ stallMs: null }),
      ]).to.deep.equal([null, null, null, null])
    })
  })

  it('knows shells and commands by their printing', () => {
    expect(state({ byActivity: true, outputAt: 97_000 })).to.equal('working')
    expect(state({ byActivity: true, outputAt: 94_000 })).to.equal('quiet')
    expect(fuse(evidence({ byActivity: true, outputAt: 97_000 })).lookAgainAt).to.equal(102_000)
  })
})
