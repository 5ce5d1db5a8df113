/** `explain`: what is believed of an agent, why, and the screen it was read from. */
import { AGENT_LOOK, glyph } from '../../core/view/glyphs.js'
import { percent } from '../../core/view/bars.js'
import { shortenLine, span, type Line } from '../../core/view/spans.js'
import { formatAge, millisOf } from '../../core/view/times.js'
import type { AgentState } from '../../core/words.js'
import type { RenderOptions } from './options.js'
import { paintAll } from './paint.js'

export interface Explanation {
  readonly state: AgentState
  readonly confidence: number
  readonly rule: string | null
  readonly evidence: string | null
  readonly agent?: string
  readonly type?: string
  /** Of the agent's CLI. */
  readonly version?: string | null
  readonly text?: string | null
  readonly observed_at?: string | null
  /** What the screen alone says, and since when. */
  readonly screen?: { readonly state: AgentState; readonly rule: string | null } | null
  readonly same_since?: string | null
  /** What the agent's own hooks said last. */
  readonly hook?: { readonly state: AgentState; readonly at: string; readonly text: string | null } | null
  readonly stalled_since?: string | null
  /** The CLI's own name of the conversation. */
  readonly session?: string | null
  readonly title?: string | null
  /** Rows of the screen that was looked at. */
  readonly lines?: readonly string[]
}

export function renderExplain(explained: Explanation, options: RenderOptions): string {
  const { word, tone } = AGENT_LOOK[explained.state]
  const observed = millisOf(explained.observed_at ?? null)
  const name = explained.agent ?? explained.type ?? 'screen'
  const rows: [string, string | null | undefined][] = [
    ['type', explained.agent === undefined ? null : explained.type],
    ['version', explained.version],
    ['evidence', explained.evidence],
    ['rule', explained.rule ?? 'none matched'],
    ['says', explained.text],
    ['screen', screenLine(explained, options.now)],
    ['hook', hookLine(explained, options.now)],
    ['stalled', stalledLine(explained, options.now)],
    ['title', explained.title],
    ['session', explained.session],
    ['observed', observed === null ? null : `${formatAge(options.now - observed)} ago`],
  ]
  const facts = rows.flatMap(([label, value]): Line[] =>
    value === null || value === undefined || value === ''
      ? []
      : [[span(`  ${label.padEnd(9)} `, 'quiet'), span(value)]],
  )
  const screen = [...(explained.lines ?? [])]
  while (screen.at(-1)?.trim() === '') screen.pop()
  const edge = options.ascii ? '| ' : '│ '
  const lines: Line[] = [
    [
      glyph(AGENT_LOOK[explained.state], options),
      span(` ${name}`, 'strong'),
      span(` ${word}`, tone),
      // Nobody is sure of what is unknown.
      ...(explained.state === 'unknown' ? [] : [span(`  ${percent(explained.confidence)} sure`, 'quiet')]),
    ],
    ...facts,
    ...screen.map((row): Line => [span(edge, 'quiet'), span(row)]),
  ]
  return paintAll(
    lines.map((line) => shortenLine(line, Math.max(20, options.cols))),
    options.color,
  )
}

function screenLine({ screen, same_since: since }: Explanation, now: number): string | null {
  if (screen == null) return null
  const at = millisOf(since ?? null)
  const age = at === null ? '' : `, for ${formatAge(now - at)}`
  return `${screen.state} by ${screen.rule ?? 'no rule'}${age}`
}

function hookLine({ hook }: Explanation, now: number): string | null {
  if (hook == null) return null
  const at = millisOf(hook.at)
  return `${hook.state}${at === null ? '' : `, ${formatAge(now - at)} ago`}${hook.text === null ? '' : `: ${hook.text}`}`
}

function stalledLine({ stalled_since: since }: Explanation, now: number): string | null {
  const at = millisOf(since ?? null)
  return at === null ? null : `no change for ${Math.floor((now - at) / 60_000)} min`
}
