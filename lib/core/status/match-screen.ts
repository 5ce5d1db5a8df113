/** What a captured screen and a title say, by the rules of the agent's type. The screen is taken as steady. */
import type { Millis } from '../time.js'
import type { AgentState } from '../words.js'
import { bareRow, fold, trimScreen } from './fold.js'
import { parseLimitEnd } from './limits.js'
import { promptId } from './prompt-id.js'
import { byPriority, type Pattern, type Region, type Rule, type RuleSet } from './rules.js'
import { screenId } from './screen-id.js'
import { lastParagraph, type Segmenter, type Segments } from './segment.js'
import { inRange } from './versions.js'

export interface ScreenInput {
  readonly rules: RuleSet
  readonly segment: Segmenter
  readonly version?: string | null
  readonly title: string
  readonly rows: readonly string[]
  /** Absent: not known. */
  readonly cursor?: { readonly x: number; readonly y: number }
  /** For reset times; absent: `until` stays null. */
  readonly clock?: { readonly now: Millis; readonly offsetMinutes: number }
}

export interface Verdict {
  readonly state: AgentState
  /** 0…1 */
  readonly confidence: number
  /** null: no rule matched. */
  readonly rule: string | null
  /** `title`, `screen` or `title+screen`: where the rule that decided looks. */
  readonly evidence: string
  /** The question, limit or error, one line, at most 300 characters. */
  readonly text: string | null
  /** The fingerprint of the dialog, of `waiting` and of a limit that shows a menu. */
  readonly promptId: string | null
  /** Any words may answer the question. */
  readonly takesText?: boolean
  readonly until: Millis | null
  /** Changes with what stands on the screen, not with clocks and spinners. */
  readonly screenId: string
  /** The same of the conversation alone: what is typed, tips and status rows count for nothing. */
  readonly conversationId: string
}

const TEXT_LIMIT = 300
/** A command is long more often than a sentence. */
const QUESTION_LIMIT = 600

export function classifyScreen(input: ScreenInput): Verdict {
  const rows = trimScreen(input.rows)
  const look = looker(rows, input)
  for (const rule of byPriority(input.rules.rules)) {
    if (!inRange(input.version, rule.versions) || !holds(rule, look)) continue
    return verdictOf(rule, look, input)
  }
  return {
    state: 'unknown',
    confidence: 0.3,
    rule: null,
    evidence: 'screen',
    text: null,
    promptId: null,
    until: null,
    screenId: look.screenId,
    conversationId: look.conversationId,
  }
}

/** What a question's fingerprint covers, and what a person is shown of it. */
export interface Dialog {
  readonly rows: readonly string[]
  /** A part of the question is not on the screen. */
  readonly isCut: boolean
}

/** The question on a screen of which the rules say `waiting`. Where it cannot be told apart, the whole screen is it. */
export function dialogOf(rows: readonly string[], segment: Segmenter, rules: RuleSet): Dialog {
  const trimmed = trimScreen(rows)
  const { dialog, isDialogCut } = segment(trimmed)
  const asked = dialog.length > 0 ? dialog : trimmed
  const hides = (rules.hides ?? []).map(compiled)
  const saysSo = asked.some((row) => hides.some((pattern) => pattern.test(bareRow(row))))
  return { rows: asked, isCut: isDialogCut === true || saysSo }
}

interface Look {
  readonly segments: Segments
  readonly screenId: string
  readonly conversationId: string
  readonly text: (region: Region) => string
  readonly rows: (region: Region) => readonly string[]
}

/** A paragraph that is longer is no question alone. */
const MOST_ASKED = 8

/** A line that ended has the cursor below it, a program that draws a screen mostly elsewhere. */
function beforeCursor(rows: readonly string[], cursor: ScreenInput['cursor']): readonly string[] {
  const last = rows.length - 1
  if (cursor !== undefined && (cursor.y !== last || cursor.x < (rows[last]?.length ?? 0))) return []
  return lastParagraph(rows).slice(-MOST_ASKED)
}

function looker(rows: readonly string[], { title, segment, cursor }: ScreenInput): Look {
  const segments = segment(rows)
  const filled = rows.filter((row) => row.trim() !== '')
  const folded = new Map<Region, string>()
  const pick = (region: Region): readonly string[] => {
    if (region === 'title') return [title]
    if (region === 'screen') return rows
    if (region === 'cursor') return beforeCursor(rows, cursor)
    const [name = '', count = ''] = region.split(':')
    if (name === 'tail') return filled.slice(-Number(count))
    if (name === 'head') return filled.slice(0, Number(count))
    return segments[name as Exclude<keyof Segments, 'composerAt' | 'isDialogCut' | 'subject'>]
  }
  return {
    segments,
    screenId: screenId(rows),
    conversationId: screenId(segments.transcript.length > 0 ? segments.transcript : rows),
    rows: pick,
    text(region) {
      const known = folded.get(region)
      if (known !== undefined) return known
      const text = fold(pick(region))
      folded.set(region, text)
      return text
    },
  }
}

function holds(rule: Rule, look: Look): boolean {
  return (
    (rule.all ?? []).every((pattern) => find(pattern, look) !== undefined) &&
    (rule.any === undefined || rule.any.some((pattern) => find(pattern, look) !== undefined)) &&
    (rule.none ?? []).every((pattern) => find(pattern, look) === undefined)
  )
}

function find(pattern: Pattern, look: Look): RegExpExecArray | undefined {
  const expression = compiled(pattern.matches)
  if (pattern.rows !== true) return expression.exec(look.text(pattern.in)) ?? undefined
  for (const row of look.rows(pattern.in)) {
    const match = expression.exec(row.trim())
    if (match !== null) return match
  }
  return undefined
}

const cache = new Map<string, RegExp>()

function compiled(source: string): RegExp {
  let expression = cache.get(source)
  if (expression === undefined) {
    expression = new RegExp(source, 'iu')
    cache.set(source, expression)
  }
  return expression
}

function verdictOf(rule: Rule, look: Look, input: ScreenInput): Verdict {
  const text = rule.state === 'waiting' ? questionText(rule, look) : cut(capture(rule.text, look), TEXT_LIMIT)
  const until = rule.state === 'limited' ? capture(rule.until ?? rule.text, look) : null
  return {
    state: rule.state,
    confidence: rule.confidence ?? 0.9,
    rule: rule.id,
    evidence: evidenceOf(rule),
    text,
    promptId:
      rule.state === 'waiting' || rule.asks === true
        ? promptId(dialogOf(look.rows('screen'), input.segment, input.rules).rows, chromeOf(input.rules))
        : null,
    ...(rule.takesText === true ? { takesText: true } : {}),
    until: until === null || input.clock === undefined ? null : parseLimitEnd(until, input.clock),
    screenId: look.screenId,
    conversationId: look.conversationId,
  }
}

function chromeOf(rules: RuleSet): readonly RegExp[] {
  return (rules.chrome ?? []).map((source) => compiled(`^(?:${source})$`))
}

function capture(patterns: readonly Pattern[] | undefined, look: Look): string | null {
  for (const pattern of patterns ?? []) {
    const match = find(pattern, look)
    const text = match?.[1] ?? match?.[0]
    if (text !== undefined && text.trim() !== '') return text.trim()
  }
  return null
}

/** `touch notes.txt — Do you want to proceed?`: the subject first, whatever has to be cut. */
function questionText(rule: Rule, look: Look): string | null {
  const asked = capture(rule.text, look)
  const about = fold(look.segments.subject ?? [])
  if (about === '' || asked === null) return cut(about === '' ? asked : about, QUESTION_LIMIT)
  const rest = asked
    .replaceAll(about, ' ')
    .replace(/\s+/gu, ' ')
    .replace(/ \$ ?$/u, '')
    .trim()
  return cut(rest === '' ? about : `${about} — ${rest}`, QUESTION_LIMIT)
}

function cut(text: string | null, most: number): string | null {
  return text === null || text.length <= most ? text : `${text.slice(0, most - 1)}…`
}

function evidenceOf(rule: Rule): string {
  const regions = [...(rule.all ?? []), ...(rule.any ?? [])].map((pattern) => pattern.in === 'title')
  if (regions.length === 0) return 'screen'
  const title = regions.includes(true)
  return title && regions.includes(false) ? 'title+screen' : title ? 'title' : 'screen'
}
