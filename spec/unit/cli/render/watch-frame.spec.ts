import { expect } from 'chai'
import { renderExplain } from '../../../../lib/cli/render/explain.js'
import { watchFrame } from '../../../../lib/cli/render/watch-frame.js'
import { NOW } from '../../core/view/sample-status.js'

describe('watchFrame', () => {
  it('writes what changed, and nothing when nothing did', () => {
    const first = watchFrame([], 'a\nb\n', 24)
    expect(first.out).to.equal('\x1b[1;1H\x1b[Ka\x1b[2;1H\x1b[Kb')
    expect(watchFrame(first.lines, 'a\nb\n', 24).out).to.equal('')
    expect(watchFrame(first.lines, 'a\nc\n', 24).out).to.equal('\x1b[2;1H\x1b[Kc')
    expect(watchFrame(first.lines, 'a\n', 24).out).to.equal('\x1b[2;1H\x1b[K')
  })

  it('stays on the screen', () => expect(watchFrame([], 'a\nb\nc', 2).lines).to.deep.equal(['a', 'b']))
})

describe('renderExplain', () => {
  it('says what is believed, why, and shows the screen harmlessly', () => {
    const text = renderExplain(
      {
        agent: 'CG-1',
        type: 'codex',
        state: 'waiting',
        confidence: 0.95,
        rule: 'approval',
        evidence: 'screen',
        lines: ['Run \x1b]52;c;x\x07make?', ''],
      },
      { cols: 60, ascii: false, color: false, now: NOW },
    )
    expect(text.split('\n')).to.deep.equal([
      '◐ CG-1 waiting  95% sure',
      '  type      codex',
      '  evidence  screen',
      '  rule      approval',
      '│ Run make?',
      '',
    ])
  })

  it('shows what each source says: screen, hooks, and since when nothing changes', () => {
    const at = (ms: number) => new Date(NOW - ms).toISOString()
    const text = renderExplain(
      {
        agent: 'CG-1',
        state: 'unknown',
        confidence: 0.4,
        rule: 'r',
        evidence: 'hook/screen',
        screen: { state: 'working', rule: 'codex.working.title' },
        same_since: at(720_000),
        hook: { state: 'idle', at: at(5000), text: null },
        stalled_since: at(720_000),
        session: '0199-a',
      },
      { cols: 80, ascii: false, color: false, now: NOW },
    )
    expect(text.split('\n').slice(3, -1)).to.deep.equal([
      '  screen    working by codex.working.title, for 12m',
      '  hook      idle, 5s ago',
      '  stalled   no change for 12 min',
      '  session   0199-a',
    ])
  })
})
