/**
 * The layout names that a tmux knows. A closed list, because a name that tmux 3.3 and 3.3a do not know ends the
 * whole server with every session in it; tmux also takes unique prefixes (`t`), which this list leaves out.
 */
export const LAYOUT_NAMES = [
  'even-horizontal',
  'even-vertical',
  'main-horizontal',
  'main-vertical',
  'tiled',
] as const
/** From tmux 3.5 on. */
export const MIRRORED_LAYOUT_NAMES = ['main-horizontal-mirrored', 'main-vertical-mirrored'] as const

export type LayoutName = (typeof LAYOUT_NAMES)[number] | (typeof MIRRORED_LAYOUT_NAMES)[number]

export interface TmuxVersion {
  readonly major: number
  readonly minor: number
  /** `a` of `3.3a`; empty without one. */
  readonly letter: string
}

/** `tmux 3.3a`, `3.5`, `next-3.7`; undefined for what names no number (`master`, `openbsd-7.6` is another count). */
export function parseTmuxVersion(text: string): TmuxVersion | undefined {
  const match = /^(?:tmux )?(?:next-)?(\d+)\.(\d+)([a-z]?)(?:-rc\d*)?$/.exec(text.trim())
  if (match === null) return undefined
  return { major: Number(match[1]), minor: Number(match[2]), letter: match[3] ?? '' }
}

/** Is `version` at least `major.minor`? */
export function isTmuxAtLeast(version: TmuxVersion, major: number, minor: number): boolean {
  return version.major > major || (version.major === major && version.minor >= minor)
}

/** Without a version only the names that every tmux from 3.2 on knows. */
export function layoutNames(version?: TmuxVersion): readonly LayoutName[] {
  const knowsMirrored = version !== undefined && isTmuxAtLeast(version, 3, 5)
  return knowsMirrored ? [...LAYOUT_NAMES, ...MIRRORED_LAYOUT_NAMES] : LAYOUT_NAMES
}

export function isLayoutName(text: string, version?: TmuxVersion): text is LayoutName {
  return (layoutNames(version) as readonly string[]).includes(text)
}
