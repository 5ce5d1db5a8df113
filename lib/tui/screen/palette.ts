/** Meaning → SGR, for three kinds of terminal. Colour never carries a meaning alone: every state has a glyph and a word. */
import type { Tone } from '../../core/view/spans.js'
import type { Ground } from '../draw/frame.js'

export type ColorMode = 'mono' | 'ansi16' | 'ansi256'

export function colorModeOf(env: Readonly<Record<string, string | undefined>>, wanted: boolean): ColorMode {
  if (!wanted || (env['NO_COLOR'] ?? '') !== '') return 'mono'
  const isRich = /truecolor|24bit/.test(env['COLORTERM'] ?? '') || /256|direct/.test(env['TERM'] ?? '')
  return isRich ? 'ansi256' : 'ansi16'
}

/** Colours of middle lightness, to be read on dark and on light grounds. */
const TONES = {
  mono: {
    plain: '',
    strong: '1',
    quiet: '2',
    good: '',
    busy: '1',
    warn: '1',
    bad: '1',
    accent: '1',
    alarm: '1;7',
    head: '2',
  },
  ansi16: {
    plain: '',
    strong: '1',
    quiet: '90',
    good: '32',
    busy: '36',
    warn: '33',
    bad: '31',
    accent: '94',
    alarm: '1;30;43',
    head: '90',
  },
  ansi256: {
    plain: '',
    strong: '1',
    quiet: '38;5;244',
    good: '38;5;71',
    busy: '38;5;38',
    warn: '38;5;178',
    bad: '1;38;5;167',
    accent: '38;5;74',
    alarm: '1;38;5;16;48;5;214',
    head: '38;5;246',
  },
} as const satisfies Record<ColorMode, Record<Tone, string>>

/** What a ground adds; `fore` replaces the default foreground, which the ground might swallow. */
const GROUNDS: Record<ColorMode, Record<Ground, { readonly back: string; readonly fore: string | null }>> = {
  mono: { chosen: { back: '7', fore: '' }, bar: { back: '7', fore: '' }, box: { back: '', fore: null } },
  ansi16: { chosen: { back: '7', fore: '' }, bar: { back: '7', fore: '' }, box: { back: '', fore: null } },
  ansi256: {
    chosen: { back: '48;5;238', fore: null },
    bar: { back: '48;5;236', fore: null },
    box: { back: '48;5;235', fore: null },
  },
}
/** On our dark grounds the terminal's default foreground may be dark as well. */
const ON_DARK = '38;5;253'

export function sgrOf(mode: ColorMode, tone: Tone, ground: Ground | undefined): string {
  const code = TONES[mode][tone]
  if (ground === undefined || tone === 'alarm') return code
  const { back, fore } = GROUNDS[mode][ground]
  if (fore !== null) return join(back, fore)
  const front = mode === 'ansi256' && !code.includes('38;5') ? join(ON_DARK, code) : code
  return join(back, front)
}

function join(...codes: readonly string[]): string {
  return codes.filter((code) => code !== '').join(';')
}
