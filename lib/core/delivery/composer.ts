/** What stands in an agent's composer: the place where a person types. */
import { bareRow, screenRows } from '../status/fold.js'

export type Composer =
  /** Not on the screen: a dialog stands there, or the CLI is not up. */
  | { readonly kind: 'absent' }
  /** Only its placeholder or a suggestion in grey. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'text'; readonly text: string; readonly folded: boolean }

export interface ComposerShape {
  /** Prompt signs at the start of its first row: `❯`, `›`, `>`. A regular expression. */
  readonly sign: string
  /** Texts that the CLI itself shows in an empty composer. Regular expressions, matched against the whole text. */
  readonly placeholders: readonly string[]
  /** What it shows instead of a long paste: `[Pasted text #1 +19 lines]`. A regular expression. */
  readonly folds: string
}

/**
 * `rows`: the composer's rows. `styled`: the same rows as `capture-pane -e` gives them, if at hand: then grey (faint)
 * text is known for a suggestion, whatever it says.
 */
export function readComposer(
  rows: readonly string[],
  shape: ComposerShape,
  styled?: readonly string[],
): Composer {
  if (rows.length === 0) return { kind: 'absent' }
  const text = withoutSign(rows.map(bareRow).join(' '), shape)
  const bright = isSameFrame(rows, styled)
    ? withoutSign(styled.map(withoutFaint).map(bareRow).join(' '), shape)
    : text
  // The styled rows may hold what stands beside the composer; then the plain ones are the better witness.
  const typed = text.startsWith(bright) ? bright : text
  if (typed === '' || shape.placeholders.some((known) => new RegExp(`^(?:${known})$`, 'iu').test(text))) {
    return { kind: 'empty' }
  }
  return { kind: 'text', text: typed, folded: new RegExp(`^(?:${shape.folds})$`, 'iu').test(typed) }
}

/** They are captured one after the other: in between, a program that draws may have left those rows blank, or moved them. */
function isSameFrame(
  rows: readonly string[],
  styled: readonly string[] | undefined,
): styled is readonly string[] {
  if (styled === undefined) return false
  const drawn = screenRows(styled.join('\n')).map(bareRow)
  return rows.every((row, i) => drawn[i]?.includes(bareRow(row)) === true)
}

function withoutSign(text: string, shape: ComposerShape): string {
  return text
    .trim()
    .replace(new RegExp(`^(?:${shape.sign})(?:\\s+|$)`, 'u'), '')
    .trim()
}

/** Drops text set in faint (SGR 2) or in one of the greys that CLIs use for hints, and all escapes. */
function withoutFaint(row: string): string {
  let faint = false
  let out = ''
  for (const part of row.split(/(\x1b\[[0-9;:]*m)/)) {
    const sgr = /^\x1b\[([0-9;:]*)m$/.exec(part)
    if (sgr === null) {
      if (!faint) out += part.replace(/\x1b(?:\[[0-9;:?]*[@-~]|[()].)/g, '')
      continue
    }
    const codes = (sgr[1] === '' ? '0' : (sgr[1] ?? '0')).split(';')
    for (let i = 0; i < codes.length; i += 1) {
      const code = codes[i]
      if (code === '38' || code === '48') i += codes[i + 1] === '5' ? 2 : 4
      else if (code === '2' || code === '90') faint = true
      else if (code === '0' || code === '22' || code === '39') faint = false
    }
  }
  return out
}

/**
 * How much of the composer is our own prompt. `whole`: it, and nothing else, as far as can be seen: as text, as the end
 * of a text that is higher than the composer, or folded by the CLI. `part`: the beginning of it.
 */
export function ownShare(composer: Composer, prompt: string): 'whole' | 'part' | 'none' {
  if (composer.kind !== 'text') return 'none'
  const shown = squeeze(composer.text)
  const own = squeeze(prompt)
  // First as text: a prompt may say what a CLI shows instead of a long paste.
  if (shown === own || (shown.length >= TAIL && own.endsWith(shown))) return 'whole'
  if (composer.folded && isFoldOf(composer.text, prompt)) return 'whole'
  return shown.length > 0 && own.startsWith(shown) ? 'part' : 'none'
}

/** So many characters alike at the end are no chance: the rest has scrolled out. */
const TAIL = 40

/** A placeholder that counts lines or characters must count ours; beside it stands nothing. */
function isFoldOf(shown: string, prompt: string): boolean {
  const [, count, unit] = /(\d+)\s*(lines?|chars?|characters?)\b/iu.exec(shown) ?? []
  if (/^\[image/iu.test(shown)) return false
  const lines = prompt.split('\n').length
  if (count === undefined) return lines === 1
  const near = (have: number, slack: number) => Math.abs(Number(count) - have) <= slack
  return unit?.toLowerCase().startsWith('line') === true
    ? near(lines, 1)
    : near(prompt.length, 2 + prompt.length / 50) || near(Array.from(prompt).length, 2)
}

/** Can any of it be seen in a composer? */
export function isVisible(prompt: string): boolean {
  return squeeze(prompt) !== ''
}

/** How often the conversation shows the start of this prompt. Words may be broken anywhere; prompts may begin alike. */
export function echoes(transcript: string, prompt: string): number {
  const own = squeeze(prompt).slice(0, 24)
  return own.length < 3 ? 0 : squeeze(transcript).split(own).length - 1
}

/** What a CLI's hook says was submitted: ours, ours among other text, or another's. */
export function submittedShare(submitted: string, prompt: string): 'ours' | 'mixed' | 'other' {
  const [said, own] = [squeeze(submitted), squeeze(prompt)]
  if (said === own) return 'ours'
  // A long paste comes wrapped: <pasted_content id="1">…</pasted_content>.
  const unwrapped = squeeze(submitted.replace(/<\/?pasted_content[^>]*>/gu, ''))
  if (unwrapped === own) return 'ours'
  return own.length >= 8 && said.includes(own) ? 'mixed' : 'other'
}

/** Without what terminals break, lose or add: blanks, borders, joiners, marks of scrolling. */
function squeeze(text: string): string {
  return text.replace(/[\s\u2500-\u259f…↑↓]+|[\p{Cf}\p{Mn}\p{Me}]+/gu, '')
}
