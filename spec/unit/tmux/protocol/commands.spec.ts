import { expect } from 'chai'
import { parsePaneId } from '../../../../lib/core/ids.js'
import type { PaneId } from '../../../../lib/core/ids.js'
import {
  capturePane,
  logTo,
  newWindow,
  resizeWindow,
  sendKeysHex,
} from '../../../../lib/tmux/protocol/commands.js'
import { exactSession, inSession } from '../../../../lib/tmux/protocol/targets.js'

const PANE = parsePaneId('%3') as PaneId

describe('tmux commands', () => {
  it('sends keys in chunks of at most 256', () => {
    const sent = sendKeysHex(PANE, Buffer.alloc(600, 0xe9))
    expect(sent.map((command) => command.length - 4)).to.deep.equal([256, 256, 88])
    expect(sent[0]?.slice(0, 5)).to.deep.equal(['send-keys', '-H', '-t', '%3', 'e9'])
  })

  it('never hands a single word to a shell', () => {
    const argv = newWindow({ session: 's', index: 7, name: 'A', argv: ['a b;c'], format: 'x' })
    expect(argv.slice(-2)).to.deep.equal(['env', 'a b;c'])
  })

  it('refuses names that tmux would expand, and options in the place of a program', () => {
    for (const [name, word] of [
      ['#(x)', 'sh'],
      ['a b', 'sh'],
      ['A', '-x'],
      ['A', ''],
    ] as const)
      expect(() => newWindow({ session: 's', index: 7, name, argv: [word], format: 'x' }), name).to.throw()
  })

  it('doubles what tmux expands in a log file name', () => {
    expect(logTo(PANE, '/a #(b) %H').at(-1)).to.equal("exec cat >> '/a ##(b) %%H'")
  })

  it('clamps sizes', () => {
    expect(resizeWindow(PANE, 0, 99_999).slice(-4)).to.deep.equal(['-x', '1', '-y', '10000'])
  })

  it('asks for history and attributes only when told', () => {
    expect(capturePane(PANE)).to.deep.equal(['capture-pane', '-p', '-t', '%3'])
    expect(capturePane(PANE, { ansi: true, joined: true, history: 10 })).to.include.members([
      '-e',
      '-J',
      '-10',
    ])
  })

  it('takes exactly one session', () => {
    expect(exactSession('orc-a-1')).to.equal('=orc-a-1')
    expect(inSession('orc-a-1')).to.equal('=orc-a-1:')
    for (const bad of ['', '-a', 'a:b', 'a.b', '=a', '#(x)']) expect(() => exactSession(bad), bad).to.throw()
  })
})
