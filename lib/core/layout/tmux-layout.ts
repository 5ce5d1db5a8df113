/** Is a window's `layout:` something that tmux may be given? */
import { isLayoutName, layoutNames, type TmuxVersion } from './tmux-layout-names.js'
import { countLeaves, looksLikeLayoutString, parseLayoutString } from './tmux-layout-string.js'

/**
 * null when it may; otherwise what is wrong, for a person, without the place.
 * Without `version` only what every supported tmux knows is allowed.
 */
export function checkLayoutValue(text: string, paneCount: number, version?: TmuxVersion): string | null {
  if (isLayoutName(text, version)) return null
  if (!looksLikeLayoutString(text)) {
    return `unknown layout ${JSON.stringify(text.slice(0, 60))} (one of ${layoutNames(version).join(', ')}, or a layout string of tmux)`
  }
  const parsed = parseLayoutString(text)
  if (!parsed.ok) return parsed.message
  const cells = countLeaves(parsed.cell)
  return cells === paneCount ? null : `the layout string has ${cells} panes, the window has ${paneCount}`
}
