/** What tmux says about the windows of the agents' session. */
import { parseAgentId, parsePaneId, parseWindowId } from '../../core/ids.js'
import type { AgentId, PaneId, WindowId } from '../../core/ids.js'
import type { Millis } from '../../core/time.js'
import { malformedRow, parseRow, rowFormat } from './format-rows.js'

export interface AgentPane {
  readonly window: WindowId
  readonly pane: PaneId
  readonly agent: AgentId
  readonly generation: string
  readonly pid: number
  readonly tty: string
  readonly cols: number
  readonly rows: number
  /** Null while the process lives. Both null inside: tmux has not (or never will have) learned how it ended. */
  readonly dead: { readonly status: number | null; readonly signal: number | null } | null
  readonly inMode: boolean
  /** Its output is being logged. */
  readonly piped: boolean
  /** Last output, to the second, by the clock of that machine. */
  readonly activeAt: Millis
  /** Set by the program: untrusted. */
  readonly title: string
}

const FIELDS = [
  'window_id', 'pane_id', 'pane_pid', 'pane_dead', 'pane_dead_status', 'pane_dead_signal', 'pane_width', 'pane_height',
  'pane_in_mode', 'pane_pipe', 'window_activity', 'pane_tty', '@orch_store', '@orch_kind', '@orch_agent', '@orch_gen',
  'pane_title',
] as const // prettier-ignore

export const AGENT_FORMAT = rowFormat(FIELDS)

/** Panes with the stamp of that store. Throws OrchestraError(failed) when a row does not parse. */
export function parseAgentRows(text: string, storeId: string): AgentPane[] {
  const panes: AgentPane[] = []
  for (const line of text === '' ? [] : text.split('\n')) {
    const row = parseRow(line, FIELDS)
    const window = parseWindowId(row.window_id)
    const pane = parsePaneId(row.pane_id)
    if (window === undefined || pane === undefined) throw malformedRow(line)
    if (row['@orch_store'] !== storeId || row['@orch_kind'] !== 'agent') continue
    const agent = parseAgentId(row['@orch_agent'])
    if (agent === undefined) throw malformedRow(line)
    const number = (text: string) => {
      if (!/^\d+$/.test(text)) throw malformedRow(line)
      return Number(text)
    }
    const maybe = (text: string) => (text === '' ? null : number(text))
    panes.push({
      window,
      pane,
      agent,
      generation: row['@orch_gen'],
      // tmux 3.8 has none for a pane whose program has ended.
      pid: row.pane_dead === '1' && row.pane_pid === '' ? 0 : number(row.pane_pid),
      tty: row.pane_tty,
      cols: number(row.pane_width),
      rows: number(row.pane_height),
      dead:
        row.pane_dead === '1'
          ? { status: maybe(row.pane_dead_status), signal: maybe(row.pane_dead_signal) }
          : null,
      inMode: number(row.pane_in_mode) > 0,
      piped: row.pane_pipe === '1',
      activeAt: number(row.window_activity) * 1000,
      title: row.pane_title,
    })
  }
  return panes
}
