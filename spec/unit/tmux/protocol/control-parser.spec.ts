import { expect } from 'chai'
import fc from 'fast-check'
import { ControlParser } from '../../../../lib/tmux/protocol/control-parser.js'
import type { ControlMessage } from '../../../../lib/tmux/protocol/messages.js'

function parse(text: string | Buffer, ...cuts: number[]): ControlMessage[] {
  const bytes = Buffer.from(text)
  const messages: ControlMessage[] = []
  const parser = new ControlParser((message) => messages.push(message))
  let from = 0
  for (const cut of [...cuts, bytes.length]) {
    parser.push(bytes.subarray(from, cut))
    from = cut
  }
  return messages
}

/** Buffers as latin1 text, so that equal content is deep equal whatever memory it lies in. */
const plain = (messages: readonly ControlMessage[]): unknown =>
  JSON.parse(
    JSON.stringify(messages, (_, value: unknown) => {
      const buffer = value as { type?: unknown; data?: unknown } | null
      return buffer?.type === 'Buffer' ? Buffer.from(buffer.data as number[]).toString('latin1') : value
    }),
  )

describe('ControlParser', () => {
  it('gives one reply for one block', () => {
    expect(plain(parse('%begin 5 7 1\none\ntwo\n%end 5 7 1\n'))).to.deep.equal([
      { type: 'reply', ok: true, time: 5, number: 7, flags: 1, body: 'one\ntwo' },
    ])
  })

  it('marks a block that ends in %error', () => {
    expect(plain(parse('%begin 5 7 1\nno\n%error 5 7 1\n'))).to.deep.include({
      type: 'reply',
      ok: false,
      time: 5,
      number: 7,
      flags: 1,
      body: 'no',
    })
  })

  it('takes everything in a block but its own guard for text', () => {
    const body = '%output %1 x\n%end 5 8 1\n%begin 5 7 1\n%error 4 7 1\n%exit\n%end 5 7 1 '
    expect(plain(parse(`%begin 5 7 1\n${body}\n%end 5 7 1\n`))).to.deep.equal([
      { type: 'reply', ok: true, time: 5, number: 7, flags: 1, body },
    ])
  })

  it('calls a guard without an open block a desync, and says nothing afterwards', () => {
    expect(parse('%end 5 7 1\n%output %1 x\n')).to.deep.equal([
      { type: 'desync', reason: '%end without an open block' },
    ])
  })

  it('decodes output to the exact bytes', () => {
    const [message] = parse('%output %3 a\\033[1m\\134é\\015\\012\n')
    expect(message?.type === 'output' && message.data.equals(Buffer.from('a\x1b[1m\\é\r\n'))).to.equal(true)
  })

  it('reads the age of extended output, also with words of later versions', () => {
    expect(plain(parse('%extended-output %3 120 new : a : b\n'))).to.deep.equal([
      { type: 'output', pane: '%3', data: 'a : b', ageMs: 120 },
    ])
  })

  it('reads every notification', () => {
    const lines = [
      '%pause %1', '%continue %1', '%pane-mode-changed %1', '%window-add @2', '%unlinked-window-close @2',
      '%window-renamed @2 a b', '%layout-change @2 abc,1x1,0,0,1 abd *', '%session-changed $1 name',
      '%sessions-changed', '%subscription-changed dead $1 @2 0 %3 : 1 : 2', '%subscription-changed s $1 - - - : v',
      '%window-pane-changed @2 %4', '%session-window-changed $1 @2', '%client-session-changed /dev/x $1 n',
      '%message hello', '%exit', '%exit too far behind',
    ] // prettier-ignore
    expect(parse(lines.join('\n') + '\n')).to.deep.equal([
      { type: 'pause', pane: '%1' },
      { type: 'continue', pane: '%1' },
      { type: 'pane.mode', pane: '%1' },
      { type: 'window.added', window: '@2', linked: true },
      { type: 'window.closed', window: '@2', linked: false },
      { type: 'window.renamed', window: '@2', name: 'a b', linked: true },
      { type: 'layout', window: '@2', layout: 'abc,1x1,0,0,1', visibleLayout: 'abd', flags: '*' },
      { type: 'session.changed', session: '$1', name: 'name' },
      { type: 'sessions.changed' },
      { type: 'subscription', name: 'dead', window: '@2', pane: '%3', value: '1 : 2' },
      { type: 'subscription', name: 's', window: null, pane: null, value: 'v' },
      { type: 'window.pane', window: '@2', pane: '%4' },
      { type: 'session.window', session: '$1', window: '@2' },
      { type: 'client.session', client: '/dev/x', session: '$1', name: 'n' },
      { type: 'unknown', line: '%message hello' },
      { type: 'exit', reason: null },
      { type: 'exit', reason: 'too far behind' },
    ])
  })

  for (const line of [
    '%output',
    '%output x',
    '%output 3 x',
    '%pause',
    '%window-add 2',
    '%constructor x',
    '%',
    '%%',
  ]) {
    it(`tolerates ${JSON.stringify(line)}`, () => {
      expect(parse(`${line}\n`)).to.deep.equal([{ type: 'unknown', line }])
    })
  }

  it('passes plain lines outside blocks as text', () => {
    expect(parse('a hook failed\n\n')).to.deep.equal([{ type: 'text', line: 'a hook failed' }])
  })

  it('bounds a line', () => {
    const messages: ControlMessage[] = []
    const parser = new ControlParser((message) => messages.push(message), { maxLineBytes: 100 })
    for (let i = 0; i < 20; i++) parser.push(Buffer.alloc(10, 'x'))
    expect(messages).to.deep.equal([{ type: 'desync', reason: 'a line is too long' }])
  })

  it('bounds a reply', () => {
    const messages: ControlMessage[] = []
    const parser = new ControlParser((message) => messages.push(message), { maxBlockBytes: 100 })
    parser.push(Buffer.from('%begin 1 1 1\n'))
    for (let i = 0; i < 20; i++) parser.push(Buffer.from('0123456789\n'))
    expect(messages).to.deep.equal([{ type: 'desync', reason: 'a reply is too long' }])
  })

  it('collects everything up to the closing nonce, guards included', () => {
    const messages: ControlMessage[] = []
    const parser = new ControlParser((message) => {
      messages.push(message)
      if (message.type === 'reply' && message.number === 1) parser.collect('NONCE')
    })
    parser.push(Buffer.from('%begin 1 1 1\n%end 1 1 1\n%begin 1 2 1\n%end 1 2 1\n%exit\n%end 1 2 1\n'))
    parser.push(Buffer.from('%begin 1 3 1\nNONCE\n%end 1 3 1\n%sessions-changed\n'))
    expect(plain(messages.slice(1))).to.deep.equal([
      { type: 'raw', lines: ['%begin 1 2 1', '%end 1 2 1', '%exit', '%end 1 2 1'] },
      { type: 'reply', ok: true, time: 1, number: 3, flags: 1, body: 'NONCE' },
      { type: 'sessions.changed' },
    ])
  })

  it('gives the same messages however the bytes are cut', () => {
    const line = fc.oneof(
      fc.constantFrom(
        '%begin 1 2 1', '%end 1 2 1', '%error 1 2 1', '%output %1 é\\033[0m', '%exit', '%pause %1', 'text', '',
      ), // prettier-ignore
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(400)), (lines, at) => {
        const bytes = Buffer.from(lines.join('\n') + '\n')
        const cuts = at.map((n) => Math.min(n, bytes.length)).sort((a, b) => a - b)
        expect(plain(parse(bytes, ...cuts))).to.deep.equal(plain(parse(bytes)))
      }),
      { seed: 20_261_121, numRuns: 100 },
    )
  })

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        parse(Buffer.from(bytes))
      }),
      { seed: 7, numRuns: 100 },
    )
  })
})
