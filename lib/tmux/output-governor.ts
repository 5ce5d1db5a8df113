/**
 * Keeps a pane that prints without end from filling the link: nobody reads at that speed, and every byte of it delays
 * what others say. Such a pane is heard for a moment, then not, in turns, for as long as it goes on; in between its
 * screen is shown by captures. What is left out here stands in the log on its machine.
 */
import type { PaneId } from '../core/ids.js'

export interface GovernorDeps {
  readonly now: () => number
  /** No output of the pane from now on; what tmux holds of it is thrown away. */
  readonly pause: (pane: PaneId) => void
  /** Output from this moment on; what was printed meanwhile is not told. */
  readonly resume: (pane: PaneId) => void
}

interface Flow {
  state: 'free' | 'paused' | 'tried'
  /** Bytes that it may still print before it is paused. */
  credit: number
  /** `free`: of the last chunk; `tried`: of the resumption. */
  at: number
  /** Printed since, for a second at most. */
  lately: { since: number; bytes: number }
  timer: NodeJS.Timeout | undefined
}

/** What a person or a program says at once, a screen repainted twenty times a second and a long file included. */
const BURST_BYTES = 256 * 1024
const BYTES_PER_MS = 256
/** All panes together: beyond it those are paused that say more than their share. */
const ALL_BURST_BYTES = 1024 * 1024
const ALL_BYTES_PER_MS = 1024
const SHARE_BYTES = 64 * 1024
const LATELY_MS = 1000
/** To find out whether it still goes on. */
const TRIAL_BYTES = 32 * 1024
const TRIAL_MS = 500
const FIRST_PAUSE_MS = 250
const NEXT_PAUSE_MS = 500
/** Panes of ended jobs are forgotten when so many are known. */
const MANY_PANES = 1024
const FORGET_MS = 60_000

export class OutputGovernor {
  readonly #deps: GovernorDeps
  readonly #flows = new Map<PaneId, Flow>()
  readonly #all = { credit: ALL_BURST_BYTES, at: 0 }

  constructor(deps: GovernorDeps) {
    this.#deps = deps
  }

  isPaused(pane: PaneId): boolean {
    return this.#flows.get(pane)?.state === 'paused'
  }

  /** Of every chunk of output. False: it came after the pause was asked for, and is left out. */
  take(pane: PaneId, bytes: number): boolean {
    const now = this.#deps.now()
    const flow = this.#flows.get(pane) ?? this.#make(pane, now)
    if (flow.state === 'paused') return false
    if (flow.state === 'free') renew(flow, now, BYTES_PER_MS, BURST_BYTES)
    else if (now - flow.at > TRIAL_MS) Object.assign(flow, { state: 'free', credit: BURST_BYTES, at: now })
    flow.credit -= bytes
    renew(this.#all, now, ALL_BYTES_PER_MS, ALL_BURST_BYTES)
    this.#all.credit = Math.max(this.#all.credit - bytes, -ALL_BURST_BYTES)
    if (now - flow.lately.since > LATELY_MS) flow.lately = { since: now, bytes: 0 }
    flow.lately.bytes += bytes
    if (flow.credit < 0 || (this.#all.credit < 0 && this.#isOverItsShare(flow))) this.#pause(pane, flow)
    return true
  }

  #isOverItsShare({ state, lately }: Flow): boolean {
    return lately.bytes > (state === 'free' ? SHARE_BYTES : TRIAL_BYTES / 4)
  }

  /** The client is gone, and with it every pause. */
  clear(): void {
    for (const { timer } of this.#flows.values()) clearTimeout(timer)
    this.#flows.clear()
  }

  #pause(pane: PaneId, flow: Flow): void {
    const pauseMs = flow.state === 'free' ? FIRST_PAUSE_MS : NEXT_PAUSE_MS
    flow.state = 'paused'
    flow.timer = setTimeout(() => {
      const now = this.#deps.now()
      const lately = { since: now, bytes: 0 }
      Object.assign(flow, { state: 'tried', credit: TRIAL_BYTES, at: now, lately, timer: undefined })
      this.#deps.resume(pane)
    }, pauseMs)
    this.#deps.pause(pane)
  }

  #make(pane: PaneId, now: number): Flow {
    if (this.#flows.size >= MANY_PANES)
      for (const [old, { state, at }] of this.#flows)
        if (state !== 'paused' && now - at > FORGET_MS) this.#flows.delete(old)
    const lately = { since: now, bytes: 0 }
    const flow: Flow = { state: 'free', credit: BURST_BYTES, at: now, lately, timer: undefined }
    this.#flows.set(pane, flow)
    return flow
  }
}

/** What has become of the credit since it was looked at last. */
function renew(of: { credit: number; at: number }, now: number, perMs: number, most: number): void {
  of.credit = Math.min(most, of.credit + (now - of.at) * perMs)
  of.at = now
}
