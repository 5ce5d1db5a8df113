/** What happened → the next state and what is to be done outside. Pure, so that every key can be tried in a spec. */
import type { EventRow, StatusDocument } from '../../core/protocol/status.js'
import type { WorkersDocument } from '../../core/protocol/workers.js'
import type { Millis } from '../../core/time.js'
import type { Tone } from '../../core/view/spans.js'
import type { Hit } from '../draw/frame.js'
import type { Key, Mouse } from '../screen/terminal.js'
import type { Act } from '../source.js'
import { confirmRows, type Size } from './confirm-rows.js'
import { editInput } from './edit-input.js'
import { pageLines } from './page-lines.js'
import { commandOf, type Command, type PanelNumber } from './keymap.js'
import {
  chosenIndex,
  idsOf,
  isShown,
  leadIndex,
  PANEL_SPECS,
  shownOf,
  textsOf,
  type Shown,
} from './panel-rows.js'
import {
  HISTORY_EVERY_MS,
  MOST_EVENTS,
  MOST_HISTORY,
  PANELS,
  focusOf,
  viewAfter,
  type MonitorState,
  type Overlay,
  type PanelId,
  type PanelState,
  type Peek,
} from './state.js'
import { proposalOf, subjectOf, type Asked } from './subject.js'

export type Message =
  | { readonly type: 'status'; readonly doc: StatusDocument }
  | { readonly type: 'events'; readonly rows: readonly EventRow[] }
  | { readonly type: 'gone'; readonly reason: string }
  | { readonly type: 'key'; readonly key: Key }
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: 'mouse'; readonly mouse: Mouse; readonly hits: readonly Hit[] }
  | { readonly type: 'peek'; readonly peek: Peek }
  | { readonly type: 'workers'; readonly doc: WorkersDocument }
  | { readonly type: 'notice'; readonly text: string; readonly tone: Tone }
  | { readonly type: 'tick' }

export type Effect =
  | { readonly type: 'act'; readonly act: Act }
  | { readonly type: 'attach'; readonly agent: string }
  | { readonly type: 'redraw' | 'suspend' | 'quit' }

export interface Updated {
  readonly state: MonitorState
  readonly effects: readonly Effect[]
}

/** Where the message came in: the time, and how many rows a page has. */
export interface Surroundings {
  readonly now: Millis
  readonly page: number
  /** Of the terminal. */
  readonly size: Size
}

const NOTICE_MS = 6000
const WHEEL_ROWS = 3
/** Header and footer. */
const MARGIN_ROWS = 4

export function update(state: MonitorState, message: Message, at: Surroundings): Updated {
  switch (message.type) {
    case 'status':
      return only(withStatus(state, message.doc, at.now))
    case 'events':
      return only({ ...state, events: [...state.events, ...message.rows].slice(-MOST_EVENTS) })
    case 'gone':
      if (state.link.status === 'gone') return only(state)
      return only({ ...state, link: { status: 'gone', since: at.now, reason: message.reason } })
    case 'key':
      return onKey(state, message.key, at)
    case 'paste':
      return only(onPaste(state, message.text))
    case 'mouse':
      return only(onMouse(state, message.mouse, message.hits, at))
    case 'peek':
      return only({ ...state, peek: message.peek })
    case 'workers':
      return only({ ...state, workers: message.doc })
    case 'notice':
      return only(withNotice(state, message.text, message.tone, at.now))
    case 'tick':
      return only(state.notice !== null && state.notice.until <= at.now ? { ...state, notice: null } : state)
  }
}

function withStatus(state: MonitorState, doc: StatusDocument, now: Millis): MonitorState {
  const isSample = now - state.sampledAt >= HISTORY_EVERY_MS
  return {
    ...state,
    doc,
    link: state.link.status === 'live' ? state.link : { status: 'live', since: now, reason: null },
    history: isSample ? [...state.history, doc.summary.working].slice(-MOST_HISTORY) : state.history,
    sampledAt: isSample ? now : state.sampledAt,
  }
}

function withNotice(state: MonitorState, text: string, tone: Tone, now: Millis): MonitorState {
  return { ...state, notice: { text, tone, until: now + NOTICE_MS } }
}

function onKey(state: MonitorState, key: Key, at: Surroundings): Updated {
  const top = state.overlays.at(-1)
  if (key.name === 'C-c') return { state, effects: [{ type: 'quit' }] }
  if (top?.kind === 'input') return onInputKey(state, top, key, at)
  if (top?.kind === 'confirm') return onConfirmKey(state, top, key, at)
  const command = commandOf(key.name)
  if (top?.kind === 'help') {
    return only(popped(state))
  }
  return command === null ? only(state) : onCommand(state, command, at)
}

function onConfirmKey(
  state: MonitorState,
  overlay: Overlay & { kind: 'confirm' },
  key: Key,
  at: Surroundings,
): Updated {
  if (key.name === 'y') {
    if (overlay.act.type === 'approve' && confirmRows(overlay.body, at.size).isCut)
      return only(
        withNotice(state, 'a part of the question is hidden: make this window larger', 'warn', at.now),
      )
    return { state: popped(state), effects: [{ type: 'act', act: overlay.act }] }
  }
  if (key.name === 'n' || key.name === 'escape' || key.name === 'q')
    return only(withNotice(popped(state), 'nothing done', 'quiet', at.now))
  return only(state)
}

function onInputKey(
  state: MonitorState,
  overlay: Overlay & { kind: 'input' },
  key: Key,
  at: Surroundings,
): Updated {
  const { purpose } = overlay
  if (key.name === 'escape') {
    const back = popped(state)
    if (purpose.type === 'filter') return only(withPanel(back, purpose.panel, { filter: '' }))
    return only(purpose.type === 'search' ? { ...back, search: '' } : back)
  }
  if (key.name === 'enter') {
    if (purpose.type !== 'send') return only(popped(state))
    if (overlay.value.trim() === '')
      return only(withNotice(popped(state), 'nothing to send', 'quiet', at.now))
    const act: Act = { type: 'send', agent: purpose.agent, text: overlay.value }
    return { state: popped(state), effects: [{ type: 'act', act }] }
  }
  return only(withInput(state, { ...overlay, ...editInput(overlay, key) }, at.now))
}

function withInput(state: MonitorState, overlay: Overlay & { kind: 'input' }, now: Millis): MonitorState {
  const next = { ...state, overlays: [...state.overlays.slice(0, -1), overlay] }
  if (overlay.purpose.type === 'filter')
    return withPanel(next, overlay.purpose.panel, { filter: overlay.value })
  if (overlay.purpose.type !== 'search') return next
  return searched({ ...next, search: overlay.value }, overlay.purpose.panel, 0, now)
}

function onPaste(state: MonitorState, text: string): MonitorState {
  const top = state.overlays.at(-1)
  if (top?.kind !== 'input') return state
  const pasted = top.purpose.type === 'send' ? text.replace(/\r\n?/g, '\n') : text.replace(/\s+/g, ' ')
  const value = top.value.slice(0, top.cursor) + pasted + top.value.slice(top.cursor)
  return withInput(state, { ...top, value, cursor: top.cursor + pasted.length }, 0)
}

function onCommand(state: MonitorState, command: Command, at: Surroundings): Updated {
  const shown = shownOf(state, at.now)
  switch (command.do) {
    case 'quit': {
      const isInDetails = state.overlays.length > 0
      return isInDetails ? only(popped(state)) : { state, effects: [{ type: 'quit' }] }
    }
    case 'redraw':
    case 'suspend':
      return { state, effects: [{ type: command.do }] }
    case 'help':
      return only(pushed(state, { kind: 'help' }))
    case 'view': {
      const view = viewAfter(state)
      return only({ ...state, view, scroll: 0, overlays: [], focus: focusOf(view) ?? state.focus })
    }
    case 'back':
      return only(back(state))
    case 'move':
      return only(moved(state, shown, command.by, at))
    case 'focus':
      return only(focused(state, shown, focusAfter(state, shown, command.to)))
    case 'sort':
      return only(sorted(state, at.now))
    case 'filter':
    case 'search':
      return only(asking(state, command.do))
    case 'again':
      return only(state.search === '' ? state : searched(state, state.focus, 1, at.now))
    case 'ask':
      return asked(state, shown, command.what, at)
    case 'log':
      return only(
        state.peek === null
          ? state
          : {
              ...state,
              peek: { ...state.peek, mode: state.peek.mode === 'log' ? 'screen' : 'log', lines: [] },
            },
      )
    case 'details':
    case 'attach':
    case 'send':
      return onSubject(state, shown, command.do, at)
  }
}

function onSubject(
  state: MonitorState,
  shown: Shown,
  what: 'details' | 'attach' | 'send',
  at: Surroundings,
): Updated {
  const subject = subjectOf(state, shown)
  if (subject === null) return only(state)
  if (what === 'details') {
    const isOpen = state.overlays.some((overlay) => overlay.kind === 'details')
    if (isOpen) return only(state)
    return only(
      pushed(
        { ...state, peek: null },
        { kind: 'details', panel: subject.panel, id: subject.rowId, scroll: 0 },
      ),
    )
  }
  const { agent } = subject
  if (agent === null) return only(withNotice(state, `choose an agent to ${what} to`, 'warn', at.now))
  if (what === 'attach') return { state, effects: [{ type: 'attach', agent: agent.id }] }
  const purpose = { type: 'send', agent: agent.id } as const
  return only(pushed(state, { kind: 'input', purpose, value: '', cursor: 0 }))
}

function asked(state: MonitorState, shown: Shown, what: Asked, at: Surroundings): Updated {
  if (state.doc === null) return only(state)
  if (state.link.status !== 'live') return only(withNotice(state, 'the daemon is away', 'bad', at.now))
  const proposal = proposalOf(what, subjectOf(state, shown), state.doc)
  switch (proposal.type) {
    case 'refused':
      return only(withNotice(state, proposal.why, 'warn', at.now))
    case 'act':
      return { state, effects: [{ type: 'act', act: proposal.act }] }
    case 'confirm': {
      const { title, body, danger, act } = proposal
      return only(pushed(state, { kind: 'confirm', title, body, danger, act }))
    }
  }
}

function asking(state: MonitorState, what: 'filter' | 'search'): MonitorState {
  const panel = state.focus
  const value = what === 'filter' ? state.panels[panel].filter : ''
  const purpose = { type: what, panel }
  return pushed({ ...state, overlays: [] }, { kind: 'input', purpose, value, cursor: value.length })
}

/** Esc: closes what is on top, else clears the filter, else the search. */
function back(state: MonitorState): MonitorState {
  if (state.overlays.length > 0) return popped(state)
  if (state.panels[state.focus].filter !== '') return withPanel(state, state.focus, { filter: '' })
  return { ...state, search: '', notice: null }
}

function sorted(state: MonitorState, now: Millis): MonitorState {
  const { sorts } = PANEL_SPECS[state.focus]
  const sort = (state.panels[state.focus].sort + 1) % sorts.length
  const next = withPanel(state, state.focus, { sort })
  return withNotice(next, `${state.focus} by ${sorts[sort]?.name ?? ''}`, 'quiet', now)
}

function searched(state: MonitorState, panel: PanelId, from: 0 | 1, now: Millis): MonitorState {
  const { rows } = shownOf(state, now)
  const wanted = state.search.toLowerCase()
  const texts = textsOf(panel, rows)
  const ids = idsOf(panel, rows)
  const start = Math.max(0, chosenIndex(ids, state.panels[panel])) + from
  if (wanted === '') return state
  for (let step = 0; step < texts.length; step++) {
    const index = (start + step) % texts.length
    if (texts[index]?.includes(wanted) === true)
      return withPanel(state, panel, { chosen: ids[index] ?? null, index })
  }
  return withNotice(state, `no ${panel} with “${state.search}”`, 'warn', now)
}

function moved(
  state: MonitorState,
  shown: Shown,
  by: number | 'page' | '-page' | 'first' | 'last',
  at: Surroundings,
): MonitorState {
  const rows = by === 'page' ? at.page : by === '-page' ? -at.page : by
  const top = state.overlays.at(-1)
  if (top?.kind === 'details') {
    // The newest rows stand at the bottom: scrolling counts upwards from there.
    const most = state.peek?.lines.length ?? 0
    const scroll =
      rows === 'first' ? most : rows === 'last' ? 0 : Math.min(most, Math.max(0, top.scroll - rows))
    return { ...state, overlays: [...state.overlays.slice(0, -1), { ...top, scroll }] }
  }
  const page = pageLines(state, { ...at.size, ascii: false, now: at.now, offsetMin: 0 })
  if (page !== null) {
    const target = rows === 'first' ? 0 : rows === 'last' ? page.length : state.scroll + rows
    return {
      ...state,
      scroll: Math.min(Math.max(0, page.length - (at.size.rows - MARGIN_ROWS)), Math.max(0, target)),
    }
  }
  const ids = idsOf(state.focus, shown.rows)
  const now = chosenIndex(ids, state.panels[state.focus])
  if (now === -1) return state
  const target = rows === 'first' ? 0 : rows === 'last' ? ids.length - 1 : now + rows
  const index = Math.min(ids.length - 1, Math.max(0, target))
  return withPanel(state, state.focus, { chosen: ids[index] ?? null, index })
}

/** What was in sight stays in sight. */
function focused(state: MonitorState, shown: Shown, focus: PanelId): MonitorState {
  const lead = leadIndex(focus, shown, state.panels[focus])
  const next = { ...state, overlays: [], focus }
  if (lead <= 0) return next
  return withPanel(next, focus, { chosen: idsOf(focus, shown.rows)[lead] ?? null, index: lead })
}

function focusAfter(state: MonitorState, shown: Shown, to: 'next' | 'previous' | PanelNumber): PanelId {
  const panels = PANELS.filter((panel) => isShown(panel, shown))
  if (to === 'next' || to === 'previous') {
    const step = to === 'next' ? 1 : panels.length - 1
    return panels[(Math.max(0, panels.indexOf(state.focus)) + step) % panels.length] ?? 'agents'
  }
  const wanted = PANELS[to] ?? 'agents'
  return panels.includes(wanted) ? wanted : state.focus
}

function onMouse(state: MonitorState, mouse: Mouse, hits: readonly Hit[], at: Surroundings): MonitorState {
  const hit = hits.find(
    ({ top, left, width, ids }) =>
      mouse.col >= left && mouse.col < left + width && mouse.row >= top && mouse.row < top + ids.length,
  )
  if (state.overlays.length > 0 && state.overlays.at(-1)?.kind !== 'details') return state
  if (mouse.action !== 'press') {
    const aimed = hit === undefined || state.overlays.length > 0 ? state : { ...state, focus: hit.panel }
    const step = mouse.action === 'up' ? -WHEEL_ROWS : WHEEL_ROWS
    return moved(aimed, shownOf(aimed, at.now), step, at)
  }
  const id = hit?.ids[mouse.row - hit.top]
  if (hit === undefined || id === undefined || state.overlays.length > 0) return state
  const isAgain = state.focus === hit.panel && state.panels[hit.panel].chosen === id
  const next = { ...withPanel(state, hit.panel, { chosen: id }), focus: hit.panel }
  return isAgain ? onSubject(next, shownOf(next, at.now), 'details', at).state : next
}

function withPanel(state: MonitorState, panel: PanelId, change: Partial<PanelState>): MonitorState {
  return { ...state, panels: { ...state.panels, [panel]: { ...state.panels[panel], ...change } } }
}

function pushed(state: MonitorState, overlay: Overlay): MonitorState {
  return { ...state, overlays: [...state.overlays, overlay], notice: null }
}

function popped(state: MonitorState): MonitorState {
  return { ...state, overlays: state.overlays.slice(0, -1) }
}

function only(state: MonitorState): Updated {
  return { state, effects: [] }
}
