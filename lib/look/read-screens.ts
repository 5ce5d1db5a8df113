/** Captured screens → what the agents there are doing, by the rules that a running orchestra has. */
import { agentDefinition } from '../agents/registry.js'
import { BUILT_IN_AGENT_TYPES } from '../core/layout/agent-types.js'
import { screenRows } from '../core/status/fold.js'
import { classifyScreen } from '../core/status/match-screen.js'
import { mergeRules, type RuleOverride } from '../core/status/rules.js'
import type { AgentState } from '../core/words.js'
import { parseRow } from '../tmux/protocol/format-rows.js'
import type { FoundPane } from './find-agents.js'
import { SCREEN_FIELDS } from './scripts.js'

export interface ReadPane {
  readonly state: AgentState
  readonly confidence: number
  readonly rule: string | null
  readonly text: string | null
  /** Seconds since it printed. */
  readonly age: number
}

export interface ReadOptions {
  /** The machine's clock, seconds. */
  readonly now: number
  readonly mark: string
  readonly rules: ReadonlyMap<string, RuleOverride>
}

/** Without output for so long a program is quiet; the same time as in the daemon. */
const SILENCE_S = 5

/** One for each of `panes`, in their order; null: its tmux did not answer, or it is gone. */
export function readScreens(
  text: string,
  panes: readonly FoundPane[],
  options: ReadOptions,
): readonly (ReadPane | null)[] {
  const parts = `\n${text}`.split(`\n${options.mark}\n`).slice(1)
  return panes.map((pane, i) => {
    const part = parts[i] ?? ''
    const end = part.indexOf('\n')
    if (end === -1 || !part.startsWith(`${pane.pane}|`)) return null
    return readPane(pane, part.slice(0, end), part.slice(end + 1), options)
  })
}

function readPane({ type }: FoundPane, fields: string, screen: string, options: ReadOptions): ReadPane {
  const row = parseRow(fields, SCREEN_FIELDS)
  const age = Math.max(0, options.now - Number(row.window_activity))
  const definition = agentDefinition(BUILT_IN_AGENT_TYPES.find((known) => known === type) ?? 'command')
  const own = options.rules.get(type)
  const {
    state: shown,
    confidence,
    rule,
    text,
  } = classifyScreen({
    rules: own === undefined ? definition.rules : mergeRules(definition.rules, own),
    segment: definition.segment,
    title: row.pane_title,
    cursor: { x: Number(row.cursor_x), y: Number(row.cursor_y) },
    rows: screenRows(screen.replace(/\n$/, '')),
  })
  const byOutput = age < SILENCE_S ? 'working' : 'quiet'
  return { state: definition.byActivity && rule === null ? byOutput : shown, confidence, rule, text, age }
}
