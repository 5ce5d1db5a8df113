import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { displayWidth } from '../../../lib/core/text/display-width.js'
import type { StatusDocument } from '../../../lib/core/protocol/status.js'
import { japanese, levelSix, manyAgents, NOW, sampleEvents } from '../../unit/core/view/sample-status.js'
import { startCannedDaemon } from './canned-daemon.js'
import { eventually } from '../../support/eventually.js'
import { programArgs, spawnPty, TmuxScreen, withDir } from './screen.js'

const SIZES = [
  [40, 20],
  [80, 24],
  [120, 40],
  [200, 50],
] as const
const DOCS: Readonly<Record<string, () => StatusDocument>> = {
  fifteen: levelSix,
  'two-hundred': () => manyAgents(200),
  japanese,
}
const golden = (name: string) => new URL(`golden/${name}.txt`, import.meta.url).pathname

/**
 * The screen as a person keeps it: after a look at it, `UPDATE_GOLDEN=1` writes it anew. The first row reaches one
 * column short of the right edge, which tells the frame of this size from the one before a resize.
 */
async function expectGolden(name: string, read: () => Promise<string>, cols: number): Promise<void> {
  const drawn = async () => {
    const text = await read()
    expect(displayWidth(text.split('\n')[0] ?? '')).to.equal(cols - 1)
    return text
  }
  if (process.env['UPDATE_GOLDEN'] === '1') {
    let text = ''
    await eventually(async () => {
      const before = text
      text = await drawn()
      expect(text).to.equal(before)
    })
    await writeFile(golden(name), text)
  }
  const wanted = await readFile(golden(name), 'utf8')
  await eventually(async () => expect(await drawn()).to.equal(wanted))
}

describe('the monitor on a real screen', function () {
  for (const [name, make] of Object.entries(DOCS)) {
    it(`is what it was: ${name}, in tmux, at every size, through resizes`, () =>
      withDir(async (dir) => {
        const socket = join(dir, 's')
        const daemon = await startCannedDaemon(socket, make(), sampleEvents(40))
        const screen = new TmuxScreen(dir)
        try {
          await screen.start(programArgs(socket, NOW), 40, 20)
          for (const [cols, rows] of SIZES) {
            await screen.resize(cols, rows)
            await expectGolden(`${name}-${cols}x${rows}`, () => screen.text(), cols)
          }
        } finally {
          await screen.stop()
          await daemon.stop()
        }
      }))
  }

  it('sends a bare terminal what it sends to tmux', () =>
    withDir(async (dir) => {
      const socket = join(dir, 's')
      const daemon = await startCannedDaemon(socket, japanese(), sampleEvents(40))
      const { pty, bytes } = spawnPty(programArgs(socket, NOW), dir, 80, 24)
      const screen = new TmuxScreen(dir)
      try {
        await eventually(() => expect(bytes()).to.contain('help'))
        // What came last moves the text cursor away or hides it; then the frame is whole.
        await eventually(() => expect(bytes()).to.match(/\u001b\[\?2026l$/))
        await writeFile(join(dir, 'bytes'), bytes())
        const show = ['sh', '-c', 'stty raw; cat "$1"; exec sleep 1000', 'sh', join(dir, 'bytes')]
        await screen.start(show, 80, 24)
        await expectGolden('japanese-80x24', () => screen.text(), 80)
      } finally {
        pty.kill()
        await screen.stop()
        await daemon.stop()
      }
    }))
})
