import type { ApiClient } from '../api/client.js'
import { follow } from '../api/follow.js'
import type { StatusDocument } from '../core/protocol/status.js'
import { renderStatus } from './render/status.js'
import { watchFrame } from './render/watch-frame.js'
import { look } from './look.js'
import type { VerbContext } from './verb.js'

/** Draws over itself line by line: nothing flickers. A daemon that goes away is said, and waited for. */
export async function watchStatus(client: ApiClient, c: VerbContext): Promise<number> {
  let doc: StatusDocument | undefined
  let away = false
  let shown: readonly string[] = []
  const terminal = process.stdout.isTTY
  const draw = () => {
    if (doc === undefined) return
    const cols = terminal ? process.stdout.columns : c.cols
    let text = renderStatus(doc, { ...look(c), cols, now: Date.now() })
    if (away) text = `the daemon is away; what follows is old\n${text}`
    if (!terminal) return c.out(`${text}\n`)
    const frame = watchFrame(shown, text, process.stdout.rows - 1)
    shown = frame.lines
    if (frame.out !== '') c.out(frame.out)
  }
  if (terminal) {
    c.out('\u001b[?1049h\u001b[?25l')
    process.on('exit', () => process.stdout.write('\u001b[?25h\u001b[?1049l'))
    process.stdout.on('resize', () => {
      // tmux and terminals reflow: nothing of the old frame can be relied on.
      shown = []
      c.out('\u001b[2J')
      draw()
    })
  }
  await follow({
    connect: () => {
      if (doc === undefined || c.host !== undefined) return Promise.resolve(client)
      // There may be another one by now.
      return c.connect()
    },
    want: ['status'],
    after: null,
    waits: true,
    signal: new AbortController().signal,
    status: (now) => {
      doc = now
      away = false
      draw()
    },
    cut: (error) => {
      if (doc === undefined) throw error
      away = true
      draw()
    },
  })
  return 3
}
