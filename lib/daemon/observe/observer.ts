/**
 * What every live agent is doing, from what it prints. Output marks a pane dirty; dirty panes are captured together,
 * 150 ms after they fell silent or twice a second while they print. Nothing is done for an agent that prints nothing.
 */
import type { AgentDefinition } from '../../agents/definition.js'
import { composerOf } from '../../agents/registry.js'
import type { Look } from '../../core/delivery/delivery.js'
import type { AgentId, Nonce, PaneId } from '../../core/ids.js'
import { markerStream, type MarkerStream } from '../../core/markers/marker-stream.js'
import { findMarkers } from '../../core/markers/find-markers.js'
import type { Marker } from '../../core/markers/marker.js'
import type { Observation } from '../../core/run/events.js'
import { fuse, type HookEvidence } from '../../core/status/fuse.js'
import { keepEnd, trackLook, type LookTrack } from '../../core/status/looks.js'
import { isSameEnd, isSameText } from '../../core/status/steady-text.js'
import type { ShownQuestion } from '../../core/run/rows/question.js'
import { classifyScreen, dialogOf, type Verdict } from '../../core/status/match-screen.js'
import { screenRows } from '../../core/status/fold.js'
import type { Millis } from '../../core/time.js'
import type { AgentState } from '../../core/words.js'
import type { PaneCapture } from '../../tmux/capture.js'
import { localClock } from '../kernel/clock.js'
import type { Kernel } from '../kernel/kernel.js'
import type { CliVersions } from '../machines/cli-versions.js'
import type { Host } from '../machines/host.js'
import type { RuleBook } from './rule-book.js'

export interface Watched {
  readonly agent: AgentId
  readonly generation: number
  readonly host: Host
  readonly pane: PaneId
  readonly definition: AgentDefinition
  /** As the layout names it: its user may have rules for it. */
  readonly type: string
  readonly startedAt: Millis
  /** The last that the journal knows: a limit keeps its end over a restart of the daemon. */
  readonly known?: Observation | null
  /** Work without a change for so long is pointed out; null: never. */
  readonly stallMs: Millis | null
  /** Its pane only shows: what it does is known from elsewhere (`seats.ts`). */
  readonly headless: boolean
}

interface Track extends Watched {
  stallMs: Millis | null
  looks: LookTrack | null
  outputAt: Millis | null
  lookedAt: Millis
  dirty: boolean
  said: Observation | null
  capture: PaneCapture | null
  hook: HookEvidence | null
  nonce: Nonce | null
  markers: MarkerStream | null
  timer: NodeJS.Timeout | undefined
}

export interface ObserverDeps {
  readonly kernel: Pick<Kernel, 'clock' | 'dispatch' | 'guard' | 'log'>
  readonly versions: Pick<CliVersions, 'ofAgent'>
  readonly rules: Pick<RuleBook, 'of'>
  /** A marker with the nonce of the attempt that the agent works on. */
  readonly marked: (agent: AgentId, marker: Marker) => void
}

const QUIET_MS = 150
const BUSY_MS = 500
/** A program without rules that prints is at work, whatever stands there. */
const FLOOD_MS = 2000

export class Observer {
  readonly #deps: ObserverDeps
  readonly #tracks = new Map<AgentId, Track>()
  readonly #byPane = new Map<string, Track>()
  readonly #flushTimers = new Map<Host, NodeJS.Timeout>()

  constructor(deps: ObserverDeps) {
    this.#deps = deps
  }

  watch(watched: Watched): void {
    const old = this.#tracks.get(watched.agent)
    if (
      old !== undefined &&
      old.generation === watched.generation &&
      old.pane === watched.pane &&
      old.host === watched.host
    ) {
      old.stallMs = watched.stallMs
      this.#markDirty(old)
      return
    }
    this.unwatch(watched.agent)
    const track: Track = {
      ...watched,
      looks: null,
      outputAt: null,
      lookedAt: 0,
      dirty: false,
      said: null,
      capture: null,
      hook: null,
      nonce: old?.nonce ?? null,
      markers: old?.nonce == null ? null : markerStream(),
      timer: undefined,
    }
    this.#tracks.set(watched.agent, track)
    this.#byPane.set(paneKey(watched.host, watched.pane), track)
    this.#markDirty(track)
  }

  unwatch(agent: AgentId): void {
    const track = this.#tracks.get(agent)
    if (track === undefined) return
    clearTimeout(track.timer)
    this.#tracks.delete(agent)
    this.#byPane.delete(paneKey(track.host, track.pane))
  }

  /** Markers of that attempt count from now on; null: none do. */
  expect(agent: AgentId, nonce: Nonce | null): void {
    const track = this.#tracks.get(agent)
    if (track === undefined || track.nonce === nonce) return
    track.nonce = nonce
    track.markers = nonce === null ? null : markerStream()
  }

  /** Whose output it was; null: no agent's. */
  output(host: Host, pane: PaneId, data: Uint8Array): AgentId | null {
    const track = this.#byPane.get(paneKey(host, pane))
    if (track === undefined) return null
    track.outputAt = this.#deps.kernel.clock.now()
    if (track.markers !== null) this.#mark(track, track.markers.push(data))
    if (track.headless) return track.agent
    // That it prints is known at once, what it shows by the next look.
    if (track.definition.byActivity && track.said?.state !== 'working') this.#conclude(track)
    this.#markDirty(track)
    return track.agent
  }

  /** It printed something that nobody will be told: its screen has to be looked at. Whose; null: no agent's. */
  gap(host: Host, pane: PaneId): AgentId | null {
    const track = this.#byPane.get(paneKey(host, pane))
    if (track === undefined) return null
    track.outputAt = this.#deps.kernel.clock.now()
    this.#markDirty(track)
    return track.agent
  }

  /** Its title changed, which can happen without any other output. */
  touched(host: Host, pane: PaneId): void {
    const track = this.#byPane.get(paneKey(host, pane))
    if (track !== undefined) this.#markDirty(track)
  }

  hook(agent: AgentId, hook: HookEvidence): void {
    const track = this.#tracks.get(agent)
    if (track === undefined) return
    track.hook = hook
    this.#conclude(track)
  }

  outputAt(agent: AgentId): Millis | null {
    return this.#tracks.get(agent)?.outputAt ?? null
  }

  /** Since when its composer has been seen ready without a break; null: it is not. */
  readySince(agent: AgentId): Millis | null {
    const track = this.#tracks.get(agent)
    return track?.said?.state === 'idle' && !track.dirty ? (track.looks?.since ?? null) : null
  }

  /** Nothing that is known of its program says `idle`. */
  neverIdle(agent: AgentId): boolean {
    const track = this.#tracks.get(agent)
    if (track === undefined || track.headless || !track.definition.byActivity) return false
    return !this.#deps.rules.of(track.definition, track.type).rules.some(({ state }) => state === 'idle')
  }

  lastCapture(agent: AgentId): PaneCapture | null {
    return this.#tracks.get(agent)?.capture ?? null
  }

  /** What its screen asked at the last look; null: nothing. */
  question(agent: AgentId): ShownQuestion | null {
    const track = this.#tracks.get(agent)
    if (track === undefined || track.capture === null || track.looks === null) return null
    return this.#questionOn(track, track.capture, track.looks.verdict)
  }

  /** What its own hooks said last; null: nothing yet. */
  lastHook(agent: AgentId): HookEvidence | null {
    return this.#tracks.get(agent)?.hook ?? null
  }

  lastVerdict(agent: AgentId): (LookTrack & { readonly verdict: Verdict }) | null {
    return this.#tracks.get(agent)?.looks ?? null
  }

  /** A fresh look at the screen, for delivery and answers; null: the pane is gone, or the agent is in another than `only`. */
  async lookNow(
    agent: AgentId,
    only?: PaneId,
  ): Promise<{
    look: Look
    capture: PaneCapture
    verdict: Verdict
    question: ShownQuestion | null
    /** Since when its screen says the same. */
    since: Millis
    coloured: readonly string[]
  } | null> {
    const track = this.#tracks.get(agent)
    if (track === undefined || (only !== undefined && track.pane !== only)) return null
    const { definition, host, pane } = track
    const [plain, styled] = await Promise.all([
      host.capture([pane], {}),
      definition.byActivity
        ? Promise.resolve(new Map<PaneId, PaneCapture>())
        : host.capture([pane], { ansi: true }),
    ])
    const capture = plain.get(pane)
    if (capture === undefined) return null
    const verdict = this.#take(track, capture)
    this.#conclude(track)
    const rows = screenRows(capture.text)
    return {
      capture,
      verdict,
      question: this.#questionOn(track, capture, verdict),
      since: track.looks?.since ?? this.#deps.kernel.clock.now(),
      coloured: (styled.get(pane) ?? capture).text.split('\n'),
      look: {
        at: this.#deps.kernel.clock.now(),
        state: definition.byActivity ? plainState(verdict) : verdict.state,
        composer: composerOf(definition, capture.text, styled.get(pane)?.text),
        transcript: definition.segment(rows).transcript.join('\n'),
        screen: { cols: capture.cols, rows: capture.rows },
      },
    }
  }

  close(): void {
    for (const agent of this.#tracks.keys()) this.unwatch(agent)
    for (const timer of this.#flushTimers.values()) clearTimeout(timer)
    this.#flushTimers.clear()
  }

  #markDirty(track: Track): void {
    if (track.headless) return
    track.dirty = true
    if (!this.#flushTimers.has(track.host)) this.#flushIn(track.host, QUIET_MS)
  }

  #flushIn(host: Host, ms: number): void {
    this.#flushTimers.set(
      host,
      setTimeout(() => {
        this.#flush(host).catch((error: unknown) =>
          this.#deps.kernel.log.warn({ err: error }, 'a look at a screen failed'),
        )
      }, ms),
    )
  }

  async #flush(host: Host): Promise<void> {
    try {
      const now = this.#deps.kernel.clock.now()
      const due = [...this.#tracks.values()].filter(
        (t) =>
          t.host === host &&
          t.dirty &&
          (now - (t.outputAt ?? 0) >= QUIET_MS - 10 ||
            now - t.lookedAt >= (t.definition.byActivity ? FLOOD_MS : BUSY_MS)),
      )
      if (due.length === 0 || !host.isReady) return
      for (const track of due) track.dirty = false
      const captures = await host.capture(
        due.map((t) => t.pane),
        {},
      )
      for (const track of due) {
        const capture = captures.get(track.pane)
        if (capture === undefined || this.#tracks.get(track.agent) !== track) continue
        this.#take(track, capture)
        this.#conclude(track)
      }
    } finally {
      this.#flushTimers.delete(host)
      const more = [...this.#tracks.values()].some((t) => t.host === host && t.dirty)
      if (more && host.isReady) this.#flushIn(host, QUIET_MS)
    }
  }

  #take(track: Track, capture: PaneCapture): Verdict {
    const now = this.#deps.kernel.clock.now()
    track.capture = capture
    track.lookedAt = now
    const { definition, agent } = track
    const seen = classifyScreen({
      rules: this.#deps.rules.of(definition, track.type),
      segment: definition.segment,
      version: this.#deps.versions.ofAgent(agent),
      title: capture.title,
      cursor: capture.cursor,
      rows: screenRows(capture.text),
      clock: localClock(now),
    })
    const verdict = track.looks === null ? keepEnd(seen, track.known ?? null) : seen
    track.looks = trackLook(track.looks, verdict, now)
    if (track.nonce !== null) this.#mark(track, findMarkers(capture.text))
    return verdict
  }

  #questionOn(
    { definition, type }: Track,
    { text }: PaneCapture,
    { promptId, text: subject }: Verdict,
  ): ShownQuestion | null {
    if (promptId === null) return null
    const dialog = dialogOf(screenRows(text), definition.segment, this.#deps.rules.of(definition, type))
    return { ...dialog, promptId, text: subject }
  }

  #mark(track: Track, markers: readonly Marker[]): void {
    const { kernel, marked } = this.#deps
    for (const marker of markers)
      if (marker.nonce === track.nonce) kernel.guard(() => marked(track.agent, marker))
  }

  #conclude(track: Track): void {
    clearTimeout(track.timer)
    track.timer = undefined
    if (track.headless) return
    const now = this.#deps.kernel.clock.now()
    if (track.markers !== null && now - (track.outputAt ?? 0) >= QUIET_MS)
      this.#mark(track, track.markers.flush())
    const { observation, lookAgainAt } = fuse({
      now,
      startedAt: track.startedAt,
      exit: null,
      process: 'alive',
      reachable: track.host.isReady,
      hook: track.hook,
      looks: track.looks,
      outputAt: track.outputAt,
      byActivity: track.definition.byActivity,
      stallMs: track.stallMs,
    })
    if (lookAgainAt !== null) {
      track.timer = setTimeout(
        () => {
          track.timer = undefined
          this.#markDirty(track)
        },
        Math.min(Math.max(lookAgainAt - now, 20), 3_600_000),
      )
    }
    if (track.said !== null && same(track.said, observation)) return
    track.said = observation
    const { agent, generation } = track
    this.#deps.kernel.dispatch({ type: 'agent.observed', at: now, agent, generation, observation })
  }
}

/** A program without a composer takes what is typed, also while it prints; a question only its answer. */
function plainState({ rule, state, takesText }: Verdict): AgentState {
  return rule === null || takesText === true ? 'quiet' : state
}

function same(a: Observation, b: Observation): boolean {
  return (
    a.state === b.state &&
    isSameText(a.text, b.text) &&
    a.promptId === b.promptId &&
    isSameEnd(a.until, b.until) &&
    a.evidence === b.evidence &&
    a.rule === b.rule &&
    a.stalledSince === b.stalledSince
  )
}

function paneKey(host: Host, pane: PaneId): string {
  return `${host.machine.id} ${pane}`
}
