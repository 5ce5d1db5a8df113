/** All that the monitor knows: what the daemon said last, and what the person at the keys has chosen. Values only. */
import type { EventRow, StatusDocument } from '../../core/protocol/status.js'
import type { Millis } from '../../core/time.js'
import type { Tone } from '../../core/view/spans.js'
import type { Act } from '../source.js'

export const VIEWS = ['monitor', 'queue', 'events', 'status', 'github'] as const
export type ViewId = (typeof VIEWS)[number]

export const PANELS = ['attention', 'agents', 'tasks', 'machines', 'events', 'escalations'] as const
export type PanelId = (typeof PANELS)[number]

export interface PanelState {
  /** The chosen row's id; null: the first. */
  readonly chosen: string | null
  /** Where it stood last, should it vanish. */
  readonly index: number
  /** Words that a row must have; `!word` must not. */
  readonly filter: string
  /** Index into the panel's sort orders. */
  readonly sort: number
}

export type Overlay =
  | { readonly kind: 'help' }
  /** The exact act that `y` carries out; `lines` are shown as they are, escaped. */
  | {
      readonly kind: 'confirm'
      readonly title: string
      readonly body: string
      readonly danger: boolean
      readonly act: Act
    }
  | {
      readonly kind: 'input'
      readonly purpose: InputPurpose
      readonly value: string
      readonly cursor: number
    }
  | { readonly kind: 'details'; readonly panel: PanelId; readonly id: string; readonly scroll: number }

export type InputPurpose =
  | { readonly type: 'send'; readonly agent: string }
  | { readonly type: 'filter'; readonly panel: PanelId }
  | { readonly type: 'search'; readonly panel: PanelId }

export interface Notice {
  readonly text: string
  readonly tone: Tone
  readonly until: Millis
}

export interface Peek {
  readonly agent: string
  readonly mode: 'screen' | 'log'
  readonly lines: readonly string[]
  readonly at: Millis
  readonly error: string | null
}

export interface MonitorState {
  readonly view: ViewId
  readonly doc: StatusDocument | null
  /** Newest last; bounded. */
  readonly events: readonly EventRow[]
  readonly link: {
    readonly status: 'connecting' | 'live' | 'gone'
    readonly since: Millis
    readonly reason: string | null
  }
  readonly focus: PanelId
  readonly panels: Readonly<Record<PanelId, PanelState>>
  /** The one below is shown again when the one above closes. */
  readonly overlays: readonly Overlay[]
  readonly search: string
  readonly notice: Notice | null
  readonly peek: Peek | null
  /** Agents at work, one sample every few seconds, newest last. */
  readonly history: readonly number[]
  readonly sampledAt: Millis
}

export const MOST_EVENTS = 1000
export const HISTORY_EVERY_MS = 5000
export const MOST_HISTORY = 120

const FRESH: PanelState = { chosen: null, index: 0, filter: '', sort: 0 }

export function initialState(view: ViewId, now: Millis): MonitorState {
  return {
    view,
    doc: null,
    events: [],
    link: { status: 'connecting', since: now, reason: null },
    focus: view === 'events' ? 'events' : 'agents',
    panels: Object.fromEntries(PANELS.map((panel) => [panel, FRESH])) as MonitorState['panels'],
    overlays: [],
    search: '',
    notice: null,
    peek: null,
    history: [],
    sampledAt: 0,
  }
}

/** The next one; that of GitHub only where a machine is connected. */
export function viewAfter({ view, doc }: MonitorState): ViewId {
  const views = VIEWS.filter((one) => one !== 'github' || (doc !== null && doc.github.length > 0))
  return views[(views.indexOf(view) + 1) % views.length] ?? 'monitor'
}
