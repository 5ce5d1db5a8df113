/** What a person's terminal is taken for when its description is not installed. Pure. */
import { fix } from '../fixes.js'

export interface FallbackTerminal {
  readonly term: string
  /** Before the command of tmux: `-T FEATURES`. */
  readonly options: readonly string[]
  readonly note: string
}

/** Understood by everything that a person looks at today, and described everywhere. */
const USUAL = 'xterm-256color'
/** They bring descriptions of their own, which servers do not have. */
const MODERN = /^(?:xterm-)?(?:alacritty|contour|foot|ghostty|kitty|rio|wezterm)/
/** tmux ignores those that its version does not know. */
const FEATURES = '256,RGB,bpaste,ccolour,cstyle,focus,mouse,strikethrough,title,usstyle'

/** null: it is known to draw nothing. */
export function fallbackTerminal(term: string | undefined, colorterm = ''): FallbackTerminal | null {
  if (term === 'dumb') return null
  const isModern = MODERN.test(term ?? '')
  const features = isModern ? FEATURES : /^(?:truecolor|24bit)$/.test(colorterm) ? '256,RGB' : null
  // tmux expands what it is told to show: `#(…)` would run.
  const name = (term ?? '').replace(/[^A-Za-z0-9_.+-]/g, '').slice(0, 40)
  const known =
    name === '' ? 'TERM is not set' : `This machine has no description of your terminal (TERM=${name})`
  const mend = isModern
    ? `; to install it: ${fix('terminal.describe', name)}`
    : name === '' || name === USUAL
      ? ''
      : `; \`${fix('terminal.as-xterm')}\` does the same`
  return {
    term: USUAL,
    options: features === null ? [] : ['-T', features],
    note: `${known}: attached as ${USUAL}${mend}.`,
  }
}

/** tmux's words, before it has drawn anything. */
export function isUnsuitableTerminal(stderr: string): boolean {
  return /missing or unsuitable terminal|open terminal failed|terminal does not support/.test(stderr)
}
