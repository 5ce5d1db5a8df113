/**
 * Terminal pictures: an ANSI capture (`tmux capture-pane -e -p`, or any text with SGR) → an SVG on a fixed grid.
 *
 *   tsx scripts/pictures.ts CAPTURE.ansi PICTURE.svg [TITLE]
 *
 * Every character is placed by its column, so that fonts of other widths break nothing. `rsvg-convert -o x.png x.svg`
 * makes a PNG where one is wanted.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { clusters } from '../lib/core/text/display-width.js'

interface Style {
  readonly fore: string | null
  readonly back: string | null
  readonly bold: boolean
  readonly dim: boolean
  readonly reverse: boolean
  readonly underline: boolean
}
interface Run {
  readonly col: number
  readonly width: number
  readonly chars: readonly { readonly text: string; readonly col: number }[]
  readonly style: Style
}

const PLAIN: Style = { fore: null, back: null, bold: false, dim: false, reverse: false, underline: false }
const FONT = 14
const CELL_W = 8.43
const CELL_H = 18
const MARGIN = 12
const BAR = 30
const FORE = '#d4d7dd'
const BACK = '#16181d'
const BASIC = [
  '#16181d', '#d16969', '#7fb069', '#d9a648', '#6a9fd8', '#b48ead', '#5fb3b3', '#d4d7dd',
  '#6b7280', '#e58080', '#98c77f', '#ecc16d', '#8ab8e8', '#c9a4c4', '#7fcaca', '#ffffff',
] // prettier-ignore

export function pictureOf(capture: string, title: string | null): string {
  // tmux carries the style on from line to line.
  let style = PLAIN
  const lines = capture
    .replace(/\n+$/, '')
    .split('\n')
    .map((line) => {
      const read = runsOf(line, style)
      style = read.style
      return read.runs
    })
  const cols = Math.max(20, ...lines.map((runs) => Math.max(0, ...runs.map((run) => run.col + run.width))))
  const top = MARGIN + (title === null ? 0 : BAR)
  const width = round(cols * CELL_W + 2 * MARGIN)
  const height = round(lines.length * CELL_H + top + MARGIN)
  const body = lines.flatMap((runs, row) => runs.flatMap((run) => drawRun(run, top + row * CELL_H)))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" rx="8" fill="${BACK}"/>`,
    ...(title === null ? [] : frameOf(title, width)),
    `<g font-family="'DejaVu Sans Mono','IPAGothic','Noto Sans Mono CJK JP',monospace" font-size="${FONT}" xml:space="preserve">`,
    ...body,
    '</g></svg>',
    '',
  ].join('\n')
}

function frameOf(title: string, width: number): string[] {
  const dots = ['#e06c60', '#e0b050', '#79b45c'].map(
    (fill, index) => `<circle cx="${MARGIN + 8 + index * 18}" cy="18" r="5.5" fill="${fill}"/>`,
  )
  return [
    ...dots,
    `<text x="${width / 2}" y="22" text-anchor="middle" font-family="sans-serif" font-size="12" fill="#8b919c">${escapeXml(title)}</text>`,
  ]
}

function runsOf(line: string, before: Style): { readonly runs: Run[]; readonly style: Style } {
  const runs: Run[] = []
  let style = before
  let col = 0
  for (const part of line.split(/(\u001b\[[\d;:]*m)/)) {
    const sgr = /^\u001b\[([\d;:]*)m$/.exec(part)
    if (sgr !== null) {
      style = styled(style, sgr[1] ?? '')
      continue
    }
    const start = col
    const chars = clusters(part).map(({ text, width }) => {
      const at = col
      col += width
      return { text, col: at }
    })
    if (chars.length > 0) runs.push({ col: start, width: col - start, chars, style })
  }
  return { runs, style }
}

function styled(style: Style, codes: string): Style {
  const numbers = codes.split(/[;:]/).map(Number)
  let next = style
  for (let i = 0; i < numbers.length; i++) {
    const code = numbers[i] ?? 0
    if (code === 0) next = PLAIN
    else if (code === 1) next = { ...next, bold: true }
    else if (code === 2) next = { ...next, dim: true }
    else if (code === 4) next = { ...next, underline: true }
    else if (code === 7) next = { ...next, reverse: true }
    else if (code === 22) next = { ...next, bold: false, dim: false }
    else if (code === 24) next = { ...next, underline: false }
    else if (code === 27) next = { ...next, reverse: false }
    else if (code === 39) next = { ...next, fore: null }
    else if (code === 49) next = { ...next, back: null }
    else if (code === 38 || code === 48) {
      const isIndexed = numbers[i + 1] === 5
      const color = isIndexed ? indexed(numbers[i + 2] ?? 0) : `rgb(${numbers.slice(i + 2, i + 5).join(',')})`
      next = code === 38 ? { ...next, fore: color } : { ...next, back: color }
      i += isIndexed ? 2 : 4
    } else if (code >= 30 && code <= 37) next = { ...next, fore: BASIC[code - 30] ?? null }
    else if (code >= 90 && code <= 97) next = { ...next, fore: BASIC[code - 82] ?? null }
    else if (code >= 40 && code <= 47) next = { ...next, back: BASIC[code - 40] ?? null }
    else if (code >= 100 && code <= 107) next = { ...next, back: BASIC[code - 92] ?? null }
  }
  return next
}

/** xterm's 256: sixteen, a 6×6×6 cube, 24 greys. */
function indexed(index: number): string {
  if (index < 16) return BASIC[index] ?? FORE
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10
    return `rgb(${grey},${grey},${grey})`
  }
  const cube = index - 16
  const level = (value: number) => (value === 0 ? 0 : 55 + value * 40)
  return `rgb(${level(Math.floor(cube / 36))},${level(Math.floor(cube / 6) % 6)},${level(cube % 6)})`
}

function drawRun(run: Run, y: number): string[] {
  const { style } = run
  const fore = style.reverse ? (style.back ?? BACK) : (style.fore ?? FORE)
  const back = style.reverse ? (style.fore ?? FORE) : style.back
  const out: string[] = []
  const x = (col: number) => round(MARGIN + col * CELL_W)
  if (back !== null)
    out.push(
      `<rect x="${x(run.col)}" y="${y}" width="${round(run.width * CELL_W + 0.3)}" height="${CELL_H}" fill="${back}"/>`,
    )
  const inked = run.chars.filter(({ text }) => text.trim() !== '')
  const extra =
    (style.bold ? ' font-weight="bold"' : '') +
    (style.dim ? ' opacity="0.6"' : '') +
    (style.underline ? ' text-decoration="underline"' : '')
  // One element a piece of narrow text keeps files small; wide characters and blocks get their own place.
  for (const { text, col } of inked)
    out.push(`<text x="${x(col)}" y="${y + 13.5}" fill="${fore}"${extra}>${escapeXml(text)}</text>`)
  return out
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [from, to, title] = process.argv.slice(2)
  if (from === undefined || to === undefined) {
    process.stderr.write('usage: tsx scripts/pictures.ts CAPTURE.ansi PICTURE.svg [TITLE]\n')
    process.exit(2)
  }
  await writeFile(to, pictureOf(await readFile(from, 'utf8'), title ?? null))
}
