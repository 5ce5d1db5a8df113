/**
 * The terminal through blessed's program: raw mode, alternate screen, keys, mouse. blessed's widgets and their
 * content parser (tags, attributes, widths) are not used: the frames are ours, cell by cell.
 */
import { Transform } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import blessedProgram, { type BlessedKey, type BlessedMouse } from 'blessed/lib/program.js'
import { InputFilter, type InputPiece } from './input-filter.js'
import type { Key, Terminal, TerminalListener } from './terminal.js'

/** How long a lone Escape may be the beginning of a sequence that the network cut. */
const ESCAPE_MS = 40
/** No wrapping at the right edge, bracketed paste; and back. */
const ENTER_MODES = '\u001b[?7l\u001b[?2004h'
const LEAVE_MODES = '\u001b[0m\u001b[?2004l\u001b[?7h'
const MOUSE_MODES = { vt200Mouse: true, cellMotion: false, sgrMouse: true }
const NO_MOUSE_MODES = { vt200Mouse: false, cellMotion: false, sgrMouse: false }

export function openBlessedTerminal(
  stdin: NodeJS.ReadStream,
  stdout: NodeJS.WriteStream,
  listener: TerminalListener,
): Terminal {
  const filter = new InputFilter()
  const decoder = new StringDecoder('utf8')
  const pass = new Transform({ transform: (chunk, _, done) => done(null, chunk) })
  const program = blessedProgram({ input: pass, output: stdout, tput: false, buffer: false })
  let timer: NodeJS.Timeout | undefined
  let isOurs = false

  const feed = (pieces: readonly InputPiece[]) => {
    for (const piece of pieces) {
      if (piece.type === 'paste') listener.paste(piece.text)
      else pass.write(piece.text)
    }
  }
  const onData = (chunk: Buffer) => {
    clearTimeout(timer)
    feed(filter.take(decoder.write(chunk)))
    if (filter.isWaiting()) timer = setTimeout(() => feed(filter.flush()), ESCAPE_MS)
  }
  const onResize = () => listener.resize()

  const enter = () => {
    isOurs = true
    stdin.setRawMode(true)
    stdin.on('data', onData)
    stdin.resume()
    program.alternateBuffer()
    program.hideCursor()
    program.setMouse({ ...MOUSE_MODES }, true)
    stdout.write(ENTER_MODES)
  }
  const leave = () => {
    if (!isOurs) return
    isOurs = false
    clearTimeout(timer)
    stdin.off('data', onData)
    stdout.write(LEAVE_MODES)
    program.setMouse({ ...NO_MOUSE_MODES }, false)
    program.showCursor()
    program.normalBuffer()
    stdin.setRawMode(false)
    stdin.pause()
  }

  program.on('keypress', (text: string | undefined, key: BlessedKey) => {
    const known = keyOf(text ?? '', key)
    if (known !== null) listener.key(known)
  })
  program.on('mouse', ({ action, x, y }: BlessedMouse) => {
    if (action === 'mousedown') listener.mouse({ action: 'press', col: x, row: y })
    else if (action === 'wheelup') listener.mouse({ action: 'up', col: x, row: y })
    else if (action === 'wheeldown') listener.mouse({ action: 'down', col: x, row: y })
  })
  stdout.on('resize', onResize)
  process.once('exit', leave)
  enter()

  return {
    size: () => ({ cols: Math.max(1, stdout.columns), rows: Math.max(1, stdout.rows) }),
    write: (bytes) => void stdout.write(bytes),
    suspend: async (act) => {
      leave()
      try {
        return await act()
      } finally {
        enter()
        listener.resize()
      }
    },
    close: () => {
      leave()
      stdout.off('resize', onResize)
      process.off('exit', leave)
      program.destroy()
    },
  }
}

const NAMES: Readonly<Record<string, string>> = {
  return: 'enter',
  linefeed: 'enter',
  space: ' ',
  backspace: 'backspace',
  'S-tab': 'S-tab',
}

function keyOf(text: string, key: BlessedKey): Key | null {
  // blessed says Enter twice: `enter` follows each `return`.
  if (key.name === 'enter' && key.sequence === '\r') return null
  const isText = text !== '' && !key.ctrl && !key.meta && !/^[\x00-\x1f\x7f]/.test(text)
  if (isText) return { name: text, text }
  return { name: NAMES[key.full] ?? NAMES[key.name ?? ''] ?? key.full, text: '' }
}
