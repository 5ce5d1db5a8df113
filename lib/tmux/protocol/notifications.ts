/** One `%…` line outside a block → one notification. What does not parse is `unknown`, never an error. */
import { parsePaneId, parseWindowId } from '../../core/ids.js'
import type { PaneId, WindowId } from '../../core/ids.js'
import type { Notification } from './messages.js'

const SPACE = 32
const BACKSLASH = 92
const COLON = 58
const ZERO = 48
const MAX_PANE_IDS = 4096

export function parseNotification(line: Buffer): Notification {
  return parseUsualOutput(line) ?? parseAny(line)
}

function parseAny(line: Buffer): Notification {
  const end = line.indexOf(SPACE)
  const name = line.toString('latin1', 1, end === -1 ? line.length : end)
  const rest = end === -1 ? line.subarray(line.length) : line.subarray(end + 1)
  return PARSERS.get(name)?.(rest) ?? { type: 'unknown', line: line.toString('utf8') }
}

type Parser = (rest: Buffer) => Notification | undefined

const NAMED: Readonly<Record<string, Parser>> = {
  output: parseOutput,
  'extended-output': parseExtendedOutput,
  pause: (rest) => withPane(rest, (pane) => ({ type: 'pause', pane })),
  continue: (rest) => withPane(rest, (pane) => ({ type: 'continue', pane })),
  'pane-mode-changed': (rest) => withPane(rest, (pane) => ({ type: 'pane.mode', pane })),
  'subscription-changed': parseSubscription,
  'layout-change': (rest) =>
    withWindow(rest, (window, [layout = '', visibleLayout = '', flags = '']) => ({
      type: 'layout',
      window,
      layout,
      visibleLayout,
      flags,
    })),
  'window-add': (rest) => withWindow(rest, (window) => ({ type: 'window.added', window, linked: true })),
  'window-close': (rest) => withWindow(rest, (window) => ({ type: 'window.closed', window, linked: true })),
  'window-renamed': (rest) =>
    withWindow(rest, (window, words) => ({
      type: 'window.renamed',
      window,
      name: words.join(' '),
      linked: true,
    })),
  'unlinked-window-add': (rest) =>
    withWindow(rest, (window) => ({ type: 'window.added', window, linked: false })),
  'unlinked-window-close': (rest) =>
    withWindow(rest, (window) => ({ type: 'window.closed', window, linked: false })),
  'unlinked-window-renamed': (rest) =>
    withWindow(rest, (window, words) => ({
      type: 'window.renamed',
      window,
      name: words.join(' '),
      linked: false,
    })),
  'window-pane-changed': (rest) =>
    withWindow(rest, (window, [id = '']) => {
      const pane = parsePaneId(id)
      return pane === undefined ? undefined : { type: 'window.pane', window, pane }
    }),
  'session-changed': (rest) => {
    const [session = '', ...name] = rest.toString('utf8').split(' ')
    return { type: 'session.changed', session, name: name.join(' ') }
  },
  'session-window-changed': (rest) => {
    const [session = '', id = ''] = rest.toString('utf8').split(' ')
    const window = parseWindowId(id)
    return window === undefined ? undefined : { type: 'session.window', session, window }
  },
  'client-session-changed': (rest) => {
    const [client = '', session = '', ...name] = rest.toString('utf8').split(' ')
    return { type: 'client.session', client, session, name: name.join(' ') }
  },
  'sessions-changed': () => ({ type: 'sessions.changed' }),
  exit: (rest) => ({ type: 'exit', reason: rest.length === 0 ? null : rest.toString('utf8') }),
}

// A map, so that a line `%constructor` finds nothing.
const PARSERS = new Map(Object.entries(NAMED))

/** `%P data` */
function parseOutput(rest: Buffer): Notification | undefined {
  const end = rest.indexOf(SPACE)
  if (end === -1) return undefined
  const pane = parsePaneId(rest.toString('latin1', 0, end))
  return pane && { type: 'output', pane, data: decodeOctal(rest.subarray(end + 1)), ageMs: null }
}

/** `%P AGE [more words in later versions] : data` */
function parseExtendedOutput(rest: Buffer): Notification | undefined {
  const colon = rest.indexOf(' : ')
  if (colon === -1) return undefined
  const [id = '', age = ''] = rest.toString('latin1', 0, colon).split(' ')
  const pane = parsePaneId(id)
  if (pane === undefined || !/^\d+$/.test(age)) return undefined
  return { type: 'output', pane, data: decodeOctal(rest.subarray(colon + 3)), ageMs: Number(age) }
}

const USUAL = Buffer.from('%extended-output %')

/** Nearly every line is `%extended-output %12 345 : data`: read byte by byte. Whatever looks otherwise is undefined. */
function parseUsualOutput(line: Buffer): Notification | undefined {
  let at = USUAL.length
  if (line.length <= at || line.compare(USUAL, 0, at, 0, at) !== 0) return undefined
  let number = 0
  for (; isDigit(line[at]); at += 1) number = number * 10 + (line[at] as number) - ZERO
  if (at === USUAL.length || line[at] !== SPACE) return undefined
  const ageFrom = (at += 1)
  let ageMs = 0
  for (; isDigit(line[at]); at += 1) ageMs = ageMs * 10 + (line[at] as number) - ZERO
  const isUsual = at > ageFrom && line[at] === SPACE && line[at + 1] === COLON && line[at + 2] === SPACE
  const pane = isUsual ? paneIdOf(number) : undefined
  return pane && { type: 'output', pane, data: decodeOctal(line.subarray(at + 3)), ageMs }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= ZERO + 9
}

const paneIds = new Map<number, PaneId>()

/** One string a pane, not one a line. */
function paneIdOf(number: number): PaneId | undefined {
  const known = paneIds.get(number)
  if (known !== undefined) return known
  const id = parsePaneId(`%${number}`)
  if (paneIds.size >= MAX_PANE_IDS) paneIds.clear()
  if (id !== undefined) paneIds.set(number, id)
  return id
}

/** `NAME $S @W INDEX %P : value`, `-` where the subscription has none. */
function parseSubscription(rest: Buffer): Notification | undefined {
  const text = rest.toString('utf8')
  const colon = text.indexOf(' : ')
  if (colon === -1) return undefined
  const [name = '', , window = '', , pane = ''] = text.slice(0, colon).split(' ')
  return {
    type: 'subscription',
    name,
    window: parseWindowId(window) ?? null,
    pane: parsePaneId(pane) ?? null,
    value: text.slice(colon + 3),
  }
}

function withPane(rest: Buffer, make: (pane: PaneId) => Notification): Notification | undefined {
  const pane = parsePaneId(rest.toString('latin1'))
  return pane && make(pane)
}

function withWindow(
  rest: Buffer,
  make: (window: WindowId, words: string[]) => Notification | undefined,
): Notification | undefined {
  const [id = '', ...words] = rest.toString('utf8').split(' ')
  const window = parseWindowId(id)
  return window && make(window, words)
}

/**
 * `\ooo` → byte; everything else stands for itself. Decoded in its own memory: the stream's chunks are nobody else's,
 * and a buffer a line more would keep the collector busy.
 */
export function decodeOctal(data: Buffer): Buffer {
  let from = data.indexOf(BACKSLASH)
  if (from === -1) return data
  let at = from
  const length = data.length
  while (from < length) {
    const byte = data[from] as number
    const a = (data[from + 1] ?? 0) - 48
    const b = (data[from + 2] ?? 0) - 48
    const c = (data[from + 3] ?? 0) - 48
    if (byte === BACKSLASH && a >= 0 && a <= 3 && b >= 0 && b <= 7 && c >= 0 && c <= 7) {
      data[at++] = (a << 6) | (b << 3) | c
      from += 4
    } else {
      data[at++] = byte
      from += 1
    }
  }
  return data.subarray(0, at)
}
