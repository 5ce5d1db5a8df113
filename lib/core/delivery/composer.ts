/** What stands in an agent's composer: the place where a person types. */
import { bareRow } from '../status/fold.js'

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
  const bright =
    styled === undefined ? text : withoutSign(styled.map(withoutFaint).map(bareRow).join(' '), shape)
  // The styled rows may hold what stands beside the composer; then the plain ones are the better witness.
  const typed = text.startsWith(bright) ? bright : text
  if (typed === '' || shape.placeholders.some((known) => new RegExp(`^(?:${known})$`, 'iu').test(text))) {
    return { kind: 'empty' }
  }
  return { kind: 'text', text: typed, folded: new RegExp(shape.folds, 'iu').test(text) }
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

/** Is this the text that we pasted ourselves, whole, wrapped, cut at the top, or folded by the CLI? */
export function isOwnText(composer: Composer, prompt: string): boolean {
  if (composer.kind !== 'text') return false
  if (composer.folded) return true
  const shown = squeeze(composer.text)
  const own = squeeze(prompt)
  return shown.length > 0 && (own.includes(shown) || (own.length >= 8 && shown.includes(own)))
}

/** Does the conversation show the start of this prompt? Words may be broken anywhere. */
export function echoes(transcript: string, prompt: string): boolean {
  const own = squeeze(prompt).slice(0, 24)
  return own.length >= 3 && squeeze(transcript).includes(own)
}

function squeeze(text: string): string {
  return text.replace(/[\s\u2500-\u259f…]+/gu, '')
}
