import { displayWidth } from '../../core/text/display-width.js'
import { ellipsisOf } from '../../core/view/glyphs.js'
import { fitLine, joinFitting, span, type Line } from '../../core/view/spans.js'
import { BINDINGS, type Binding } from '../ui/keymap.js'
import type { Shown } from '../ui/panel-rows.js'
import { hasPanels, type MonitorState, type Overlay } from '../ui/state.js'
import { proposalOf, subjectOf } from '../ui/subject.js'
import type { Row } from './frame.js'
import type { Look } from './look.js'

/** The last row: what the keys do here and now; or the news of the last act; or what is being typed. */
export function footerRow(
  state: MonitorState,
  shown: Shown,
  look: Look,
): { readonly row: Row; readonly cursor: number | null } {
  const { cols } = look
  const top = state.overlays.at(-1)
  if (top?.kind === 'input' && top.purpose.type !== 'send') return typing(top, look)
  if (state.notice !== null)
    return {
      row: fitLine([span(' '), span(state.notice.text, state.notice.tone)], cols, ellipsisOf(look)),
      cursor: null,
    }
  const hints = hintsOf(state, shown).map(({ shown, brief }): Line => [
    span(shown, 'accent'),
    span(` ${brief ?? ''}`, 'quiet'),
  ])
  const line = joinFitting(hints, cols - 2, span('  '))
  return { row: fitLine([span(' '), ...line], cols, ellipsisOf(look)), cursor: null }
}

function typing(
  overlay: Overlay & { kind: 'input' },
  look: Look,
): { readonly row: Row; readonly cursor: number } {
  const label = overlay.purpose.type === 'filter' ? ' filter: ' : ' / '
  const room = look.cols - label.length - 1
  const before = overlay.value.slice(0, overlay.cursor)
  // A text longer than the row shows its end.
  let from = 0
  while (displayWidth(before.slice(from)) > room) from++
  const row = fitLine(
    [span(label, 'accent'), span(overlay.value.slice(from), 'strong')],
    look.cols,
    ellipsisOf(look),
  )
  return { row, cursor: label.length + displayWidth(span(before.slice(from)).text) }
}

/** Keys that would do something with what is chosen, and those that always do. */
function hintsOf(state: MonitorState, shown: Shown): Binding[] {
  const top = state.overlays.at(-1)
  const subject = subjectOf(state, shown)
  const isUseful = ({ brief, command }: Binding): boolean => {
    if (brief === undefined) return false
    if (state.doc === null || !hasPanels(state.view)) return ['help', 'view', 'quit'].includes(command.do)
    if (command.do === 'ask') return proposalOf(command.what, subject, state.doc).type !== 'refused'
    if (command.do === 'attach' || command.do === 'send') return subject?.agent != null
    if (command.do === 'details') return subject !== null && top?.kind !== 'details'
    if (command.do === 'back') return top?.kind === 'details' || state.panels[state.focus].filter !== ''
    if (top?.kind === 'details') return command.do === 'help'
    return true
  }
  const rank = ({ command }: Binding) =>
    command.do === 'help'
      ? 0
      : command.do === 'quit'
        ? 1
        : command.do === 'ask' && command.what !== 'pause'
          ? 2
          : 3
  return BINDINGS.filter(isUseful).sort((a, b) => rank(a) - rank(b))
}
