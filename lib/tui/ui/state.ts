/** All that the monitor knows: what the daemon said last, and what the person at the keys has chosen. Values only. */
import type { EventRow, StatusDocument } from '../../core/protocol/status.js'
import type { WorkersDocument } from '../../core/protocol/workers.js'
import { VIEW_NAMES, type ViewName } from '../../core/layout/view-names.js'
import type { Millis } from '../../core/time.js'
import type { Tone } from '../../core/view/spans.js'
import type { Act } from '../source.js'

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
  readonly view: ViewName
  /** Lines of a page that are above the screen. */
  readonly scroll: number
  readonly doc: StatusDocument | null
  /** Asked for while its view is shown; null: not heard yet. */
  readonly workers: WorkersDocument | null
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

export function initialState(view: ViewName, now: Millis): MonitorState {
  return {
    view,
    scroll: 0,
    doc: null,
    workers: null,
    events: [],
    link: { status: 'connecting', since: now, reason: null },
    focus: focusOf(view) ?? 'agents',
    panels: Object.fromEntries(PANELS.map((panel) => [panel, FRESH])) as MonitorState['panels'],
    overlays: [],
    search: '',
    notice: null,
    peek: null,
    history: [],
    sampledAt: 0,
  }
}

/** The panel that a view consists of; null: it shows several, or none. */
export function focusOf(view: ViewName): PanelId | null {
  return view === 'events' || view === 'escalations' ? view : null
}

/** Rows can be chosen in it. */
export function hasPanels(view: ViewName): boolean {
  return view === 'monitor' || focusOf(view) !== null
}

/** The next one of those that have something to show. */
export function viewAfter({ view, doc }: MonitorState): ViewName {
  const views = VIEW_NAMES.filter((one) => one === view || (doc !== null && hasMatter(one, doc)))
  return views[(views.indexOf(view) + 1) % views.length] ?? 'monitor'
}

function hasMatter(view: ViewName, doc: StatusDocument): boolean {
  switch (view) {
    case 'phases':
    case 'milestones':
    case 'gates':
    case 'escalations':
    case 'github':
      return doc[view].length > 0
    case 'workers':
      return doc.phases.length > 0 || doc.milestones.length > 0
    case 'monitor':
    case 'queue':
    case 'events':
    case 'status':
      return true
  }
}
