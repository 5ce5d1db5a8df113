import type { StatusDocument } from '../../../lib/core/protocol/status.js'
import { initialState, type MonitorState } from '../../../lib/tui/ui/state.js'
import { update, type Effect } from '../../../lib/tui/ui/update.js'
import { NOW, sampleEvents } from '../core/view/sample-status.js'

export const AT = { now: NOW, page: 10, size: { cols: 120, rows: 40 } }

export function monitorState(doc: StatusDocument, link?: MonitorState['link']): MonitorState {
  const heard = update(initialState('monitor', NOW), { type: 'events', rows: sampleEvents(20) }, AT).state
  const state = update(heard, { type: 'status', doc }, AT).state
  return link === undefined ? state : { ...state, link }
}

/** Words are names of keys, everything else is typed character by character: `2 enter`, `/abc`. */
export function pressed(state: MonitorState, keys: string): { state: MonitorState; effects: Effect[] } {
  const effects: Effect[] = []
  let next = state
  const NAMED = /f12|enter|escape|tab|down|up|backspace|[^ ]/g
  for (const [name] of keys.matchAll(NAMED)) {
    const text = name.length === 1 ? name : ''
    const result = update(next, { type: 'key', key: { name, text } }, AT)
    next = result.state
    effects.push(...result.effects)
  }
  return { state: next, effects }
}

export function press(state: MonitorState, keys: string): MonitorState {
  return pressed(state, keys).state
}
